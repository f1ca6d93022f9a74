"""What a browser was asked to sign, until it comes back with it: in a signed cookie, for ten minutes.

Not in a session: anybody may ask, and each would be a row.
"""

import json
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse

from webmail.store import passkeys

_COOKIE = f"passkey_{settings.SESSION_COOKIE_NAME.rpartition('_')[2]}"
_PATIENCE = 10 * 60
_LONGEST = 65_536

type Json = dict[str, Any]


def site(request: HttpRequest) -> passkeys.Site:
    """Say whose passkeys they are: those of the host that the browser asked."""
    return passkeys.Site(request.get_host())


def ask(options: Json, state: Json, purpose: str) -> HttpResponse:
    """Ask for it, and let the browser keep for what: the answer to a lesser question is none to a greater."""
    response = JsonResponse(options)
    response.set_cookie(
        _COOKIE,
        signing.dumps(state, salt=purpose),
        max_age=_PATIENCE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def answered(request: HttpRequest, purpose: str) -> tuple[Json, Json] | None:
    """Read what was asked for this purpose, and the device's answer; None where either is missing."""
    sent = request.POST.get("answer", "")
    if len(sent) > _LONGEST:
        return None
    try:
        state = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=purpose, max_age=_PATIENCE)
        answer = json.loads(sent)
    except (signing.BadSignature, ValueError, RecursionError):
        return None
    return (state, answer) if isinstance(answer, dict) else None


def done(response: HttpResponse) -> HttpResponse:
    """Let the browser forget what it was asked."""
    response.delete_cookie(_COOKIE, samesite="Strict")
    return response
