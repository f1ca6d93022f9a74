"""What an open page has missed: rows to draw again, rows gone, counts."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase

from mailserver.query import parse
from webmail.models import Unit
from webmail.store import queries
from webmail.store.queries import Row

from . import places, rows, search, search_marks, sidebar
from .access import account_required
from .places import Place
from .units import named_by, unit_of


@dataclass(frozen=True, slots=True)
class Redrawn:
    """Conversations or messages that stand in the place now, and ids of those that don't."""

    rows: list[Row]
    gone: list[int]


@account_required
def changes(request: HttpRequest) -> HttpResponseBase:
    """Tell what changed after `since`, as seen in the place `in`: one statement when nothing did.

    `of` is what the lines of the page are.
    `shape` is another than that of the page when labels were made, renamed, recoloured or deleted.
    """
    since = request.GET.get("since", "")
    if not since.isdecimal() or len(since) > 18:
        return HttpResponseBadRequest()
    found = queries.changes_since(request.account.pk, int(since))
    if found.modseq <= int(since):
        return JsonResponse({"modseq": found.modseq})
    mailboxes = sidebar.mailboxes_of(request)
    answer = {
        "modseq": found.modseq,
        "all": found.all,
        "threads": found.threads,
        "ended": found.gone,
        "counts": sidebar.counts(mailboxes, unit_of(request)),
        "shape": sidebar.shape(request),
    }
    slug = request.GET.get("in", "")
    if slug and not found.all:
        answer |= _list_part(request, slug, found, int(since))
    return JsonResponse(answer)


def _redraw(account_id: int, place: Place, found: queries.Changes, _since: int) -> Redrawn:
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


def _redraw_messages(account_id: int, place: Place, found: queries.Changes, since: int) -> Redrawn | None:
    """Read the messages that changed, among which are those that left; None when they are too many."""
    keys = queries.changed_messages(account_id, since, found.threads)
    if keys is None:
        return None
    everywhere = place.mailbox_id is None and not place.is_search
    rows = queries.message_rows(account_id, keys, place.mailbox_id, listed_only=everywhere)
    rows = [row for row in rows if row.flagged or place.slug != places.STARRED]
    here = {row.id for row in rows}
    return Redrawn(rows, [key for key in keys if key not in here])


def _list_part(request: HttpRequest, slug: str, found: queries.Changes, since: int) -> dict[str, object]:
    mailboxes, unit = sidebar.mailboxes_of(request), named_by(request.GET)
    try:
        place = places.find(mailboxes, slug)
    except Http404:
        # The label that the page shows was deleted meanwhile.
        return {"gone_place": True}
    read = _redraw_messages if unit == Unit.MESSAGE else _redraw
    redrawn = read(request.account.pk, place, found, since)
    if redrawn is None:
        return {"all": True}
    marks = search_marks.of(parse(search.query_of(request)).tree) if place.is_search else search_marks.NONE
    lines = rows.lines(redrawn.rows, place, request.account.address, mailboxes, marks=marks)
    return {
        "rows": [{"id": line.id, "html": line.html} for line in lines],
        "gone": redrawn.gone,
        "total": place.mailbox.count(unit) if place.mailbox else None,
    }
