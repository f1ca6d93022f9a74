"""Signing in by a passkey, as the second step or as the only one; or confirming. Scripts ask, in JSON."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from webmail.models import Means, Outcome, User
from webmail.store import log_ins, passkeys

from . import entrance, passkey_state


class Asked(NamedTuple):
    """Whose passkey is wanted, None for anybody's; what for; and where it leads."""

    user: User | None
    purpose: str
    target: str

    @property
    def is_alone(self) -> bool:
        """Tell whether no password goes with it."""
        return not self.purpose.startswith("step")


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Say what to sign."""
    asked = _asked(request)
    options, state = passkeys.begin(passkey_state.site(request), asked.user, alone=asked.is_alone)
    return passkey_state.ask(options, state, asked.purpose)


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Let in whose passkey has signed, or know that they are still there; `next` is where they go."""
    asked = _asked(request)
    found = passkey_state.answered(request, asked.purpose)
    user = passkeys.check(passkey_state.site(request), *found, asked.user) if found else None
    if user is None or not user.is_active:
        return _refuse(request, asked.user)
    if request.user.is_authenticated:
        entrance.note_confirmed(request)
        return passkey_state.done(JsonResponse({"next": asked.target}))
    if asked.user:
        log_ins.complete(user, entrance.visitor(request), Means.SECOND_PASSKEY)
    else:
        log_ins.note(user, entrance.visitor(request), Outcome.ACCEPTED, Means.PASSKEY)
    return passkey_state.done(_as_json(entrance.let_in(request, user, asked.target)))


def _asked(request: HttpRequest) -> Asked:
    if request.user.is_authenticated:
        return Asked(request.user, f"confirm-{request.user.pk}", entrance.local(request))
    half = entrance.half_way(request)
    if half:
        user, target = half
        return Asked(user, f"step-{user.pk}", target)
    return Asked(None, "alone", entrance.local(request))


def _refuse(request: HttpRequest, user: User | None) -> HttpResponse:
    """Say that it proves nothing, and write it down where it is known whom it was about."""
    if user:
        log_ins.note(user, entrance.visitor(request), Outcome.WRONG_STEP, Means.SECOND_PASSKEY)
    return JsonResponse({"text": _("This passkey isn’t known here. Try another way.")}, status=422)


def _as_json(response: HttpResponse) -> HttpResponse:
    """Tell a script where to go; the cookies stay."""
    told = JsonResponse({"next": response["Location"]})
    told.cookies = response.cookies
    return told
