"""The site as an ASGI application: pages and the live stream."""

import os

import django
from django.conf import settings
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from servestatic import ServeStaticASGI

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmail.settings")
django.setup(set_prefix=False)

from webmail.live import Live  # noqa: E402 (models need Django set up)
from webmail.pages import Lanes  # noqa: E402
from webmail.static_files import with_static_files  # noqa: E402

application = with_static_files(ServeStaticASGI, Live(Lanes()))
if settings.TRUSTED_PROXIES:
    application = wrap_asgi_with_proxy_headers(application, settings.TRUSTED_PROXIES)
