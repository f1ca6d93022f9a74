"""The site as a WSGI application: the pages of the scaled form."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers
from servestatic import ServeStatic

from webmail.static_files import with_static_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmail.settings")
application = with_static_files(ServeStatic, get_wsgi_application())
if settings.TRUSTED_PROXIES:
    application = wrap_wsgi_with_proxy_headers(application, settings.TRUSTED_PROXIES)
