"""Passkeys: made by a device, which a script asks; forgotten by a button."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from webmail.store import passkeys, second_factor

from .. import entrance, passkey_state
from ..access import confirmed, person_required
from . import device_words


@require_POST
@person_required
@confirmed
def begin(request: HttpRequest) -> HttpResponse:
    """Say what the device needs."""
    options, state = passkeys.begin_registration(request.user, passkey_state.site(request))
    return passkey_state.ask(options, state, _purpose(request))


@require_POST
@person_required
@confirmed
def add(request: HttpRequest) -> HttpResponse:
    """Keep what the device made; `next` is where to go on."""
    found = passkey_state.answered(request, _purpose(request))
    if found is None:
        return _refuse("invalid")
    try:
        passkeys.register(request.user, passkey_state.site(request), *found, _name(request))
    except passkeys.PasskeyError as error:
        return _refuse(error.code)
    entrance.note_missing(request, request.user)
    messages.success(request, _("The passkey is kept. You can sign in with it."))
    has_codes = second_factor.has_recovery_codes(request.user)
    target = reverse("security" if has_codes else "security_recovery_codes")
    return passkey_state.done(JsonResponse({"next": target}))


@require_POST
@person_required
@confirmed
def remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Forget one."""
    name = passkeys.remove(request.user, passkey_id)
    if not name:
        raise Http404
    entrance.note_missing(request, request.user)
    messages.success(request, _("Passkey “%(name)s” removed") % {"name": name})
    return redirect("security")


def _purpose(request: HttpRequest) -> str:
    return f"keep-{request.user.pk}"


def _name(request: HttpRequest) -> str:
    """As it was named, or by the browser that it was made in."""
    typed = request.POST.get("name", "").strip()
    return typed or device_words.named(request.headers.get("User-Agent", ""))


def _refuse(code: str) -> HttpResponse:
    said = {
        "taken": _("This passkey is kept already."),
        "full": _("There are too many passkeys. Remove one first."),
    }
    text = said.get(code, _("The passkey could not be kept. Please try again."))
    return JsonResponse({"text": text}, status=422)
