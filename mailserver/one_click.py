"""Leave a mailing list by one request (RFC 8058 §3.1); the sender is told nothing but the address."""

import http.client
import time

from .web import Request, Web, WebError

SECONDS = 10.0
_HEADERS = {
    "User-Agent": "Postillion",
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_SMALL = 4096
_DONE = range(200, 300)


class UnsubscribeError(Exception):
    """The list didn't take it, for the reason given; `status` is its HTTP status, 0 without one."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


def unsubscribe(web: Web, url: str, seconds: float = SECONDS) -> None:
    """Post the one click to `url`, which must be https; raises UnsubscribeError. A redirect is a refusal."""
    if url[:8].lower() != "https://":
        raise UnsubscribeError("only over https")
    request = Request(url, "POST", _HEADERS, b"List-Unsubscribe=One-Click")
    try:
        status = web.exchange(request, time.monotonic() + seconds, _status)
    except WebError as error:
        raise UnsubscribeError(str(error)) from error
    if status not in _DONE:
        raise UnsubscribeError(f"answered {status}", status)


def _status(response: http.client.HTTPResponse) -> int:
    response.read1(_SMALL)
    return response.status
