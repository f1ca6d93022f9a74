"""The page of security: everything at a glance, and the way to change each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from webmail.store import queries

from .. import entrance
from ..access import person_required
from . import device_words, log_in_words

_LOG_INS = 8


@person_required
def overview(request: HttpRequest) -> HttpResponse:
    """Show it: a fixed number of statements."""
    user = request.user
    context = {
        "factor": queries.second_factor_of(user),
        "app_passwords": queries.app_passwords_of(user),
        "sessions": _sessions(request),
        "log_ins": log_in_words.lines(queries.log_ins_of(user, _LOG_INS)),
        "setting_up": entrance.is_setting_up(request),
    }
    return render(request, "security/overview.html", context)


def _sessions(request: HttpRequest) -> list[device_words.Line]:
    rows = queries.sessions_of(request.user, timezone.now())
    lines = [device_words.line(row, row.session_key == request.session.session_key) for row in rows]
    return sorted(lines, key=lambda line: not line.is_this)
