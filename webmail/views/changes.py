"""What an open page has missed: rows to draw again, rows gone, counts."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase

from webmail.store import queries
from webmail.store.queries import Row

from . import places, rows, search, sidebar
from .access import account_required
from .places import Place


@dataclass(frozen=True, slots=True)
class Redrawn:
    """Conversations that stand in the place now, and ids of those that don't."""

    rows: list[Row]
    gone: list[int]


@account_required
def changes(request: HttpRequest) -> HttpResponseBase:
    """Tell what changed after `since`, as seen in the place `in`: one statement when nothing did."""
    since = request.GET.get("since", "")
    if not since.isdecimal() or len(since) > 18:
        return HttpResponseBadRequest()
    found = queries.changes_since(request.account.pk, int(since))
    if not (found.threads or found.gone or found.counts):
        return JsonResponse({"modseq": found.modseq})
    mailboxes = sidebar.mailboxes_of(request)
    answer = {
        "modseq": found.modseq,
        "all": found.all,
        "names": found.names,
        "threads": found.threads,
        "ended": found.gone,
        "counts": sidebar.counts(mailboxes),
    }
    slug = request.GET.get("in", "")
    if slug and not found.all:
        place = places.find(mailboxes, slug)
        answer |= _list_part(request, place, _redraw(request.account.pk, place, found))
    return JsonResponse(answer)


def _redraw(account_id: int, place: Place, found: queries.Changes) -> Redrawn:
    if place.is_search:
        # What fits is not asked again: rows that are shown are drawn anew, wherever they stand now.
        return Redrawn(queries.thread_rows(account_id, found.threads), found.gone)
    if place.mailbox_id is not None:
        standing = queries.thread_rows(account_id, found.threads, place.mailbox_id)
    else:
        starred = place.slug == places.STARRED
        standing = queries.thread_rows(account_id, found.threads, listed_only=True)
        standing = [row for row in standing if row.flagged or not starred]
    here = {row.thread_id for row in standing}
    return Redrawn(standing, [*found.gone, *(key for key in found.threads if key not in here)])


def _list_part(request: HttpRequest, place: Place, redrawn: Redrawn) -> dict[str, object]:
    mailboxes = sidebar.mailboxes_of(request)
    look = search.look(search.query_of(request)) if place.is_search else {}
    lines = rows.lines(redrawn.rows, place, request.account.address, mailboxes, **look)
    return {
        "rows": [{"id": line.id, "html": line.html} for line in lines],
        "gone": redrawn.gone,
        "total": place.mailbox.thread_count if place.mailbox else None,
    }
