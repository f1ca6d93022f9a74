"""A browser in which somebody has signed in before, known by a signed cookie that lasts a year."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_COOKIE = f"device_{settings.SESSION_COOKIE_NAME.rpartition('_')[2]}"
_YEAR = 365 * 24 * 3600


def remember(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """Know this browser again when its owner mistypes."""
    response.set_signed_cookie(
        _COOKIE,
        find(request, address) or secrets.token_urlsafe(16),
        salt=_salt(address),
        max_age=_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def find(request: HttpRequest, address: str) -> str:
    """Name the browser, if the owner of this address has signed in with it; else ""."""
    return request.get_signed_cookie(_COOKIE, default="", salt=_salt(address), max_age=_YEAR)


def _salt(address: str) -> str:
    return f"sign-in-device:{address}"
