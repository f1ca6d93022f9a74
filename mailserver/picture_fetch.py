"""Fetch a picture that a letter names, and nothing else; each redirect passes the guards of `Web` anew."""

import http.client
import time
from urllib.parse import urljoin

from .web import Request, Web, WebError

SECONDS = 8.0
MAX_BYTES = 10 * 1024 * 1024
_MAX_REDIRECTS = 4
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Postillion picture proxy)",
    "Accept": "image/webp, image/png, image/jpeg, image/gif",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class PictureError(Exception):
    """There is no picture to be had at this address, for the reason given."""


class PictureFetcher:
    """Fetches within `seconds` in all; safe to share between threads."""

    def __init__(self, web: Web, *, seconds: float = SECONDS, max_bytes: int = MAX_BYTES) -> None:
        self._web = web
        self._seconds = seconds
        self._max_bytes = max_bytes

    def fetch(self, url: str) -> bytes:
        """The bytes at `url`; raises PictureError."""
        deadline = time.monotonic() + self._seconds
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                found = self._web.exchange(Request(url, headers=_HEADERS), deadline, self._answer)
                if isinstance(found, bytes):
                    return found
                url = urljoin(url, found)
        except (WebError, ValueError) as error:
            raise PictureError(str(error)) from error
        raise PictureError("too many redirects")

    def _answer(self, response: http.client.HTTPResponse) -> bytes | str:
        """The body, or where the server sends us."""
        if response.status in _REDIRECTS:
            location = response.headers.get("Location", "")
            return location.encode("latin-1", "replace").decode("utf-8", "replace")
        if response.status != http.client.OK:
            raise PictureError(f"answered {response.status}")
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced[:20]) > self._max_bytes:
            raise PictureError("too large")
        received = bytearray()
        while chunk := response.read1(1 << 16):
            received += chunk
            if len(received) > self._max_bytes:
                raise PictureError("too large")
        if announced.isdecimal() and len(received) < int(announced[:20]):
            raise PictureError("cut short")
        return bytes(received)
