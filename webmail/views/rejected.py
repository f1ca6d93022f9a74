"""Mail for an account that the server refused this week: the place to look for what doesn't come."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from webmail.models import Rejected, Why
from webmail.store import queries

from . import dates
from .access import account_required

_MOST = 100
_WORDS: dict[str, Promise] = {
    Why.SPAM: gettext_lazy("Taken for spam"),
    Why.FORGED: gettext_lazy("Its sender was forged"),
    Why.LISTED: gettext_lazy("Its server is known for spam"),
    Why.LATER: gettext_lazy("Asked to come again"),
    Why.OTHER: gettext_lazy("Refused"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One refused message, as it is shown."""

    row: Rejected
    said: str
    written: str
    arrived: bool


@require_safe
@account_required
def rejected(request: HttpRequest) -> HttpResponse:
    """List the newest, or those with some words in sender, subject or address."""
    words = request.GET.get("q", "")[:200]
    written = dates.Short()
    lines = [
        Line(row, str(_WORDS[row.why]), written(row.rejected_at), arrived)
        for row, arrived in queries.rejected(request.account.pk, words, _MOST)
    ]
    return render(request, "settings/rejected.html", {"lines": lines, "words": words})
