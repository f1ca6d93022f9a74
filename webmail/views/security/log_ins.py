"""The list of log-ins and tries, a page at a time."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from webmail.models import LogIn
from webmail.store import queries

from ..access import person_required
from . import log_in_words

_PAGE = 50


@person_required
def log_ins(request: HttpRequest) -> HttpResponse:
    """Show those of the last 90 days, or those after the place that `after` names."""
    after = _read(request.GET.get("after", ""))
    found = queries.log_ins_of(request.user, _PAGE + 1, after)
    rows = found[:_PAGE]
    context = {
        "log_ins": log_in_words.lines(rows),
        "following": _written(rows[-1]) if len(found) > _PAGE else "",
        "is_first": after is None,
    }
    return render(request, "security/log_ins.html", context)


def _written(row: LogIn) -> str:
    return f"{row.last_at.timestamp():.6f}-{row.pk}"


def _read(text: str) -> tuple[datetime, int] | None:
    """Read a place in the list; what is none is its beginning."""
    at, _, key = text.partition("-")
    try:
        return datetime.fromtimestamp(float(at), timezone.get_default_timezone()), int(key)
    except (ValueError, OverflowError, OSError):
        return None
