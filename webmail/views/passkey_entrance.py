"""Signing in by a passkey: as the second step, or as the only one. Scripts ask, in JSON."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from webmail.models import Means, Outcome, User
from webmail.store import log_ins, passkeys

from . import entrance

_STATE = "passkey"
_LONGEST = 65_536
_ANONYMOUS_FOR = 10 * 60  # seconds


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Say what to sign; a session of nobody's lasts for ten minutes."""
    asked, _target = _asked(request)
    options, state = passkeys.begin(site(request), asked)
    keep_state(request, state, asked)
    if not request.user.is_authenticated:
        request.session.set_expiry(_ANONYMOUS_FOR)
    return JsonResponse(options)


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Let in whose passkey has signed, or know that they are still there; `next` is where they go."""
    asked, target = _asked(request)
    found = answer_of(request, asked)
    user = passkeys.check(site(request), *found, asked) if found else None
    if user is None or not user.is_active:
        return _refuse(request, asked)
    if request.user.is_authenticated:
        entrance.note_confirmed(request)
        return JsonResponse({"next": target})
    if asked:
        log_ins.complete(user, entrance.visitor(request), Means.SECOND_PASSKEY)
    else:
        log_ins.note(user, entrance.visitor(request), Outcome.ACCEPTED, Means.PASSKEY)
    return _as_json(entrance.let_in(request, user, target))


def _asked(request: HttpRequest) -> tuple[User | None, str]:
    """Say whose passkey is wanted, None for anybody's, and where it leads."""
    if request.user.is_authenticated:
        return request.user, entrance.local(request)
    return entrance.half_way(request) or (None, entrance.local(request))


def site(request: HttpRequest) -> passkeys.Site:
    """Say whose passkeys they are: those of the host that the browser asked."""
    return passkeys.Site(request.get_host())


def keep_state(request: HttpRequest, state: dict[str, Any], asked: User | None) -> None:
    """Remember what was asked for, and of whom: a second step asks for less than the only one."""
    request.session[_STATE] = {"of": asked.pk if asked else None, "state": state}


def answer_of(request: HttpRequest, asked: User | None) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Read what was asked for, once, and the device's answer; None where either is missing."""
    kept = request.session.pop(_STATE, None)
    sent = request.POST.get("answer", "")
    if kept is None or kept["of"] != (asked.pk if asked else None) or len(sent) > _LONGEST:
        return None
    try:
        answer = json.loads(sent)
    except ValueError:
        return None
    return (kept["state"], answer) if isinstance(answer, dict) else None


def _refuse(request: HttpRequest, asked: User | None) -> HttpResponse:
    """Say that it proves nothing, and write it down where it is known whom it was about."""
    if asked:
        log_ins.note(asked, entrance.visitor(request), Outcome.WRONG_STEP, Means.SECOND_PASSKEY)
    return JsonResponse({"text": _("This passkey isn’t known here. Try another way.")}, status=422)


def _as_json(response: HttpResponse) -> HttpResponse:
    """Tell a script where to go; the cookies stay."""
    told = JsonResponse({"next": response["Location"]})
    told.cookies = response.cookies
    return told
