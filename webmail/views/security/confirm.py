"""Proving once more who one is, before what keeps the account is changed."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from webmail.models import Outcome
from webmail.store import credentials, queries

from .. import entrance
from ..access import person_required
from .forms import ConfirmForm


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@person_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the password; `next` leads on."""
    form = ConfirmForm(request.POST or None)
    target = entrance.local(request)
    if request.method == "POST" and form.is_valid() and _is_right(request, form):
        entrance.note_confirmed(request)
        return HttpResponseRedirect(target)
    passkeys = queries.second_factor_of(request.user).passkeys
    context = {"form": form, "next": target, "has_passkeys": bool(passkeys)}
    return render(request, "security/confirm.html", context, status=422 if form.errors else 200)


def _is_right(request: HttpRequest, form: ConfirmForm) -> bool:
    who = entrance.visitor(request, request.user.address)
    answer = credentials.confirm(request.user, form.cleaned_data["password"], who)
    if answer.user is None:
        form.refuse(for_now=answer.outcome == Outcome.LIMITED)
    return answer.user is not None
