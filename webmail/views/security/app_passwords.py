"""Passwords for mail programs: made, shown once, changed, revoked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from webmail.models import Door
from webmail.store import app_passwords

from .. import mail_programs
from ..access import confirmed, person_required
from .forms import AppPasswordForm


@require_http_methods(["GET", "POST"])
@person_required
@confirmed
def new(request: HttpRequest) -> HttpResponse:
    """Ask for its name and what it is for, or make it and show it this once."""
    form = AppPasswordForm(request.POST or None, initial={"doors": [Door.IMAP.value, Door.SMTP.value]})
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        name, doors = form.cleaned_data["name"], [Door(value) for value in form.cleaned_data["doors"]]
        try:
            made = app_passwords.create(request.user, name, doors, pop3_keeps=form.cleaned_data["pop3_keeps"])
        except app_passwords.AppPasswordError as error:
            form.refuse(error.code)
        else:
            context |= {"made": made, "name": name, "servers": mail_programs.servers(doors)}
            return render(request, "security/app_password_made.html", context)
    return render(request, "security/app_password.html", context, status=422 if form.errors else 200)


@require_POST
@person_required
@confirmed
def keeping(request: HttpRequest, app_password_id: int) -> HttpResponse:
    """Keep what a program deletes by POP3, or let it delete."""
    keeps = bool(request.POST.get("keeps"))
    name = app_passwords.set_keeping(request.user, app_password_id, keeps=keeps)
    if not name:
        raise Http404
    told = (
        _("What “%(name)s” deletes stays here from now on.")
        if keeps
        else _("What “%(name)s” deletes goes to Trash from now on.")
    )
    messages.success(request, told % {"name": name})
    return redirect("security")


@require_POST
@person_required
@confirmed
def revoke(request: HttpRequest, app_password_id: int) -> HttpResponse:
    """Take one away: its program is let in no more."""
    name = app_passwords.revoke(request.user, app_password_id)
    if not name:
        raise Http404
    messages.success(request, _("App password “%(name)s” removed") % {"name": name})
    return redirect("security")
