"""Answers with foreign bytes: never a page, never guessed at by the browser."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from mailserver.message import filename, sniff

_SANDBOX = "default-src 'none'; sandbox"
# A browser's own viewer draws a PDF with styles of its own, and refuses to in a sandbox.
_VIEWER = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
_POLICIES = {"application/pdf": _VIEWER}
SHOWN = sniff.PICTURES | sniff.AUDIO | sniff.VIDEO | {"application/pdf"}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def picture_response(data: bytes) -> HttpResponse | None:
    """Show a picture in the page, when its own bytes say that it is one."""
    content_type = sniff.media_type(data)
    if content_type not in sniff.PICTURES:
        return None
    return _inline(HttpResponse(data, content_type=content_type), content_type)


def shown(request: HttpRequest, data: bytes) -> HttpResponse | None:
    """Show a picture, PDF, sound or film, or a range of it, when its own bytes say that it is one."""
    content_type = sniff.media_type(data)
    if content_type not in SHOWN:
        return None
    return _inline(_ranged(request, data, content_type), content_type)


def download(
    data: bytes | Iterable[bytes], name: str, content_type: str = "application/octet-stream"
) -> HttpResponse:
    """Give bytes, or a stream of them, to be saved under a name (RFC 6266, RFC 8187)."""
    whole = isinstance(data, bytes)
    response = (HttpResponse if whole else StreamingHttpResponse)(data, content_type=content_type)
    response["Content-Disposition"] = disposition(filename.safe(name) or "file")
    return _guarded(response)


def plain_text(data: Iterable[bytes]) -> HttpResponse:
    """Show bytes as the text they are, streamed."""
    return _guarded(StreamingHttpResponse(data, content_type="text/plain; charset=utf-8"))


def disposition(name: str) -> str:
    """Write `attachment` with a name in plain letters and the true one beside it."""
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_"
        for letter in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _inline(response: HttpResponse, content_type: str) -> HttpResponse:
    response["Content-Disposition"] = "inline"
    # Its address names bytes that never change; a year, for this browser only.
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return _guarded(response, _POLICIES.get(content_type, _SANDBOX))


def _ranged(request: HttpRequest, data: bytes, content_type: str) -> HttpResponse:
    """All of it, or the one range that was asked for (RFC 9110 §14.2), as players do to jump."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    size = len(data)
    if asked is None or not any(asked.groups()) or "If-Range" in request.headers:
        response = HttpResponse(data, content_type=content_type)
    else:
        first, last = asked.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(int(last) + 1, size) if first and last else size
        if start >= end:
            response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        else:
            response = HttpResponse(data[start:end], status=206, content_type=content_type)
            response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response["Accept-Ranges"] = "bytes"
    return response


def _guarded(response: HttpResponse, policy: str = _SANDBOX) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = policy
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
