"""Codes of an authenticator app, and recovery codes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from webmail.store import random_words, second_factor, totp
from webmail.store.sealing import seal, unseal

from .. import entrance
from ..access import confirmed, person_required
from . import qr
from .forms import CodeForm

# The secret that is on the screen, until a code shows that the app has it.
_SECRET = "code_secret"  # noqa: S105 (a name)


@require_http_methods(["GET", "POST"])
@person_required
@confirmed
def code(request: HttpRequest) -> HttpResponse:
    """Show what the app must know, or take its first code."""
    form = CodeForm(request.POST or None)
    secret = _secret(request)
    if request.method == "POST" and form.is_valid():
        if second_factor.switch_on(request.user, secret, "".join(form.cleaned_data["code"].split())):
            request.session.pop(_SECRET)
            return _begun(request)
        form.refuse()
    address = totp.address(secret, request.user.address, request.get_host())
    context = {
        "form": form,
        "secret": random_words.shown(secret, " "),
        "address": address,
        "qr": qr.draw(address),
        "setting_up": entrance.is_setting_up(request),
    }
    return render(request, "security/code.html", context, status=422 if form.errors else 200)


@require_POST
@person_required
@confirmed
def switch_off(request: HttpRequest) -> HttpResponse:
    """Ask for no codes any more."""
    second_factor.switch_off(request.user)
    entrance.note_missing(request, request.user)
    messages.success(request, _("Signing in asks for no code of an app any more."))
    return redirect("security")


@require_http_methods(["GET", "POST"])
@person_required
@confirmed
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new ones, when asked to; they are shown once."""
    if not second_factor.is_on(request.user):
        return redirect("security")
    codes = second_factor.renew_recovery_codes(request.user) if request.method == "POST" else []
    return _show(request, codes)


def _begun(request: HttpRequest) -> HttpResponse:
    """The second step is there: show recovery codes, where there are none yet."""
    entrance.note_missing(request, request.user)
    messages.success(request, _("From now on signing in asks for a code of your app."))
    if second_factor.has_recovery_codes(request.user):
        return redirect("security")
    return _show(request, second_factor.renew_recovery_codes(request.user))


def _show(request: HttpRequest, codes: list[str]) -> HttpResponse:
    heading = f"Postillion, {request.get_host()}, {request.user.address}"
    text = "\n".join([heading, "", *codes, ""])
    return render(request, "security/recovery_codes.html", {"codes": codes, "text": text})


def _secret(request: HttpRequest) -> str:
    """The one on the screen, until it is used: a page opened twice shows the same."""
    sealed = request.session.get(_SECRET)
    if sealed:
        return unseal(sealed)
    secret = totp.make_secret()
    request.session[_SECRET] = seal(secret)
    return secret
