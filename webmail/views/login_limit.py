"""How often signing in may fail, from one address on the net and for one account.

A browser in which the account's owner has signed in before is counted by itself: whoever tries the account's
password elsewhere, or shares the owner's address on the net, doesn't shut the owner out.
"""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from time import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from webmail.store import login_failures

# Failures, by the seconds of the window they are counted in.
LIMITS = {60: 10, 24 * 3600: 50}
_COOKIE = f"device_{settings.SESSION_COOKIE_NAME.rpartition('_')[2]}"
_YEAR = 365 * 24 * 3600


class Try:
    """A try to sign in, counted as a failure from the start: a thousand at once find the limit, too."""

    def __init__(self, request: HttpRequest, address: str) -> None:
        now = int(time())
        self._windows = dict(_counters(request, address, now))
        ends = {
            key: datetime.fromtimestamp(now - now % window + window, UTC)
            for key, window in self._windows.items()
        }
        self._counts = login_failures.count(ends)

    def is_allowed(self) -> bool:
        """Tell whether there is room for one more failure."""
        return all(count <= LIMITS[self._windows[key]] for key, count in self._counts.items())

    def forgive(self) -> None:
        """Take it back: it was right, or was not tried."""
        login_failures.take_back(self._windows)


def remember_device(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """Know this browser again when its owner mistypes."""
    response.set_signed_cookie(
        _COOKIE,
        _device(request, address) or secrets.token_urlsafe(16),
        salt=_salt(address),
        max_age=_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _device(request: HttpRequest, address: str) -> str | None:
    return request.get_signed_cookie(_COOKIE, default=None, salt=_salt(address), max_age=_YEAR)


def _salt(address: str) -> str:
    return f"sign-in-device:{address}"


def _counters(request: HttpRequest, address: str, now: int) -> Iterator[tuple[str, int]]:
    """Name the counters of a try, each with its window, which begins with the clock."""
    device = _device(request, address)
    for name in [device] if device else [request.META["REMOTE_ADDR"], address]:
        # Hashed: an address as typed may be long, and is nobody's to read in a table.
        known_as = hashlib.sha256(name.encode()).hexdigest()[:32]
        for window in LIMITS:
            yield f"login-failures-{known_as}-{window}-{now // window}", window
