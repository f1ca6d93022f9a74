"""Changing the password, which ends all other sessions; also where "this wasn't me" leads."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from webmail.models import Outcome
from webmail.store import credentials, queries

from .. import entrance
from ..access import person_required
from .forms import PasswordForm


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@person_required
def password(request: HttpRequest) -> HttpResponse:
    """Show the form, or change the password."""
    alarmed = "not-me" in request.GET
    form = PasswordForm(request.POST or None, user=request.user, initial={"revoke": alarmed})
    if request.method == "POST" and form.is_valid() and _change(request, form):
        messages.success(request, _("Your password is changed, and all other sessions have ended."))
        return redirect("security")
    count = len(queries.app_passwords_of(request.user))
    context = {"form": form, "alarmed": alarmed, "app_password_count": count}
    return render(request, "security/password.html", context, status=422 if form.errors else 200)


def _change(request: HttpRequest, form: PasswordForm) -> bool:
    user, given = request.user, form.cleaned_data
    answer = credentials.confirm(user, given["current"], entrance.visitor(request, user.address))
    if answer.user is None:
        form.refuse(for_now=answer.outcome == Outcome.LIMITED)
        return False
    here = request.session.session_key
    credentials.change_password(user, given["new"], keep_session=here, revoke_app_passwords=given["revoke"])
    update_session_auth_hash(request, user)
    entrance.note_confirmed(request)
    return True
