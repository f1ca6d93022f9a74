"""Passkeys: made by a device, which a script asks; forgotten by a button."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from webmail.store import passkeys, second_factor

from .. import entrance
from ..access import confirmed, person_required
from ..passkey_entrance import answer_of, keep_state, site
from . import device_words


@require_POST
@person_required
@confirmed
def begin(request: HttpRequest) -> HttpResponse:
    """Say what the device needs."""
    options, state = passkeys.begin_registration(request.user, site(request))
    keep_state(request, state, request.user)
    return JsonResponse(options)


@require_POST
@person_required
@confirmed
def add(request: HttpRequest) -> HttpResponse:
    """Keep what the device made; `next` is where to go on."""
    found = answer_of(request, request.user)
    if found is None:
        return _refuse("invalid")
    try:
        passkeys.register(request.user, site(request), *found, _name(request))
    except passkeys.PasskeyError as error:
        return _refuse(error.code)
    entrance.note_set_up(request)
    messages.success(request, _("The passkey is kept. You can sign in with it."))
    has_codes = second_factor.has_recovery_codes(request.user)
    return JsonResponse({"next": reverse("security" if has_codes else "security_recovery_codes")})


@require_POST
@person_required
@confirmed
def remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Forget one."""
    name = passkeys.remove(request.user, passkey_id)
    if not name:
        raise Http404
    messages.success(request, _("Passkey “%(name)s” removed") % {"name": name})
    return redirect("security")


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
