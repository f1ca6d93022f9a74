"""How often signing in may fail, from one address on the net and for one account.

A browser in which the account's owner has signed in before is counted by itself: whoever tries the account's
password elsewhere, or shares the owner's address on the net, doesn't shut the owner out.
"""

import hashlib
import secrets
from collections.abc import Iterator
from time import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

# Failures, by the seconds of the window they are counted in.
LIMITS = {60: 10, 24 * 3600: 50}
_COOKIE = f"device_{settings.SESSION_COOKIE_NAME.rpartition('_')[2]}"
_YEAR = 365 * 24 * 3600


def allowed(request: HttpRequest, address: str) -> bool:
    """Tell whether another try may be made now."""
    windows = dict(_counters(request, address))
    counts = cache.get_many(list(windows))
    return all(count < LIMITS[windows[key]] for key, count in counts.items())


def count_failure(request: HttpRequest, address: str) -> None:
    """Remember a failed try."""
    for key, window in _counters(request, address):
        if not cache.add(key, 1, timeout=window):
            cache.incr(key)
            # The cache in the database would keep it for its own default instead.
            cache.touch(key, window)


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


def _counters(request: HttpRequest, address: str) -> Iterator[tuple[str, int]]:
    """Name the counters of a try, each with its window, which begins with the clock."""
    device = _device(request, address)
    now = int(time())
    for name in [device] if device else [request.META["REMOTE_ADDR"], address]:
        # Hashed: an address as typed may be long, and is nobody's to read in a cache.
        known_as = hashlib.sha256(name.encode()).hexdigest()[:32]
        for window in LIMITS:
            yield f"login-failures-{known_as}-{window}-{now // window}", window
