"""Ending sessions: one, or all but this one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from webmail.store import open_sessions

from ..access import person_required


@require_POST
@person_required
def end(request: HttpRequest, session_handle: str) -> HttpResponse:
    """Sign a browser out."""
    if not open_sessions.end(request.user, session_handle):
        raise Http404
    messages.success(request, _("That browser is signed out."))
    return redirect("security")


@require_POST
@person_required
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign all other browsers out."""
    open_sessions.end_others(request.user, request.session.session_key)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("security")
