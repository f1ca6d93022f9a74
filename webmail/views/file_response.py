"""Answers with foreign bytes: never a page, never guessed at by the browser."""

from collections.abc import Iterable
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse

from .files import sniff_picture

_SANDBOX = "default-src 'none'; sandbox"


def picture_response(data: bytes) -> HttpResponse | None:
    """Show a picture in the page, when its own bytes say that it is one."""
    content_type = sniff_picture(data)
    if content_type is None:
        return None
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = "inline"
    # Its address names bytes that never change; a year, for this browser only.
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return _guarded(response)


def download(
    data: bytes | Iterable[bytes], name: str, content_type: str = "application/octet-stream"
) -> HttpResponse:
    """Give bytes, or a stream of them, to be saved under a name (RFC 6266, RFC 8187)."""
    whole = isinstance(data, bytes)
    response = (HttpResponse if whole else StreamingHttpResponse)(data, content_type=content_type)
    response["Content-Disposition"] = disposition(name)
    return _guarded(response)


def disposition(name: str) -> str:
    """Write `attachment` with a name in plain letters and the true one beside it."""
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_"
        for letter in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _guarded(response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
