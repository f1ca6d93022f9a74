"""Results of a search, as a list, with the words that were looked for marked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mailserver.query import MAX_LENGTH, parse
from webmail.store import queries
from webmail.store.queries import SearchCursor

from . import list_frame, places, rows, search_marks, search_words, sidebar, stand, toolbar
from .access import account_required
from .everything_words import everything
from .places import Place
from .range_text import range_text
from .units import unit_of


@account_required
def search(request: HttpRequest) -> HttpResponse:
    """Show what matches `q`, the newest first."""
    place = places.find(sidebar.mailboxes_of(request), places.SEARCH)
    return render(request, "list/page.html", results(request, place, query_of(request)))


def query_of(request: HttpRequest) -> str:
    """Read the query; of one that is too long as much as shows that it is."""
    return request.GET.get("q", "").strip()[: MAX_LENGTH + 1]


def results(request: HttpRequest, place: Place, text: str, saved_id: int | None = None) -> dict[str, object]:
    """All that the list of what a query finds shows, in a place that is a search."""
    query = parse(text)
    mailboxes = sidebar.mailboxes_of(request)
    ground = queries.ground_of(request.account.pk, mailboxes)
    unit, before = unit_of(request), SearchCursor.parse(request.GET.get("before", ""))
    found = queries.search_page(ground, query, unit=unit, before=before)
    failed = any(problem.is_error for problem in found.problems)
    where = stand.of(request, place, query=text)
    context = {
        "place": place,
        "unit": unit,
        "everything": everything(place, unit, None),
        "stand": where,
        "query": text,
        "saved_id": saved_id,
        "found": found,
        "failed": failed,
        "remarks": search_words.remarks(text, found.problems),
        "marked_query": search_words.marked_query(text, found.problems),
        "suggestions": [] if failed or found.page.rows else search_words.suggestions(query.tree),
        "page": found.page,
        "lines": rows.lines(
            found.page.rows,
            place,
            request.account.address,
            mailboxes,
            tail=where.tail,
            marks=search_marks.of(query.tree),
        ),
        "range": range_text(found.page, None),
        "tools": toolbar.tools(place, unit),
        "modseq": request.account.modseq,
    }
    return list_frame.around(request, context)
