"""What happens around every page: the person's language and zone, and nothing kept by others."""

import re
import secrets
from collections.abc import Callable
from io import BytesIO

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject
from isal.igzip import IGzipFile

from webmail.sessions import person_of
from webmail.views import access, entrance, time_zones
from webmail.views import discovery as discovery_files

type GetResponse = Callable[[HttpRequest], HttpResponse]


# Whole pages are larger; the parts that scripts ask for arrive sooner as they are.
_LARGE = 48_000
# Mail to be kept in a browser is pages within JSON.
_PAGES = ("text/html", "application/json")
_ACCEPTS = re.compile(r"\bgzip\b")
_LEVEL = 2
_LONGEST_NAME = 100


class LargePages(MiddlewareMixin):
    """Compress whole pages, which name all labels, and long conversations.

    Against guessing by sizes (BREACH): tokens are masked anew in each page, the session's cookie is
    SameSite=Lax, and a name of chance length stands before the content, as in Django's GZipMiddleware, which
    takes many times as long for an eighth less.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Leave alone what is small, no page, or sent piece by piece."""
        is_page = response.get("Content-Type", "").startswith(_PAGES)
        if not isinstance(response, HttpResponse) or not is_page or len(response.content) < _LARGE:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if _ACCEPTS.search(request.headers.get("Accept-Encoding", "")):
            response.content = _packed(response.content)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _packed(content: bytes) -> bytes:
    name, packed = "a" * secrets.randbelow(_LONGEST_NAME), BytesIO()
    with IGzipFile(name, "wb", compresslevel=_LEVEL, fileobj=packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()


def discovery(get_response: GetResponse) -> GetResponse:
    """Answer what programs ask a domain for, before anything looks at the host, the session or a token.

    The host is `autoconfig.DOMAIN` and the like: no name of the site, and each domain has its own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return discovery_files.answer(request) or get_response(request)

    return middleware


class PersonMiddleware(AuthenticationMiddleware):
    """Django's, with the person that was read with the session."""

    def process_request(self, request: HttpRequest) -> None:
        """Give the request its person, found when first asked for."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: person_of(request))


def preferences(get_response: GetResponse) -> GetResponse:
    """Answer in the language and time zone the signed-in person chose, else in those of the browser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return get_response(request)
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        # The cookie is written by static/js/time-zone.js.
        with timezone.override(time_zones.zone(user.time_zone or request.COOKIES.get("time_zone", ""))):
            return get_response(request)

    return middleware


def seen(get_response: GetResponse) -> GetResponse:
    """Keep when and from where a session was used last; hold who must set up a second step to doing that."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        request.session.note_seen(request.META["REMOTE_ADDR"], request.headers.get("User-Agent", ""))
        if entrance.must_set_up(request):
            return access.set_up_first(request)
        return get_response(request)

    return middleware


def private(get_response: GetResponse) -> GetResponse:
    """Forbid every store to keep what a view did not mark as public."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response:
            add_never_cache_headers(response)
        return response

    return middleware
