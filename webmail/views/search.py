"""Results of a search, as a list, with the words that were looked for marked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from mailserver.query import MAX_LENGTH, parse
from webmail.store import queries
from webmail.store.queries import SearchCursor

from . import places, rows, search_marks, search_words, sidebar, toolbar
from .access import account_required
from .places import Place
from .range_text import range_text


@account_required
def search(request: HttpRequest) -> HttpResponse:
    """Show what matches `q`, the newest first."""
    place = places.find(sidebar.mailboxes_of(request), places.SEARCH)
    return results(request, place, query_of(request))


def query_of(request: HttpRequest) -> str:
    """Read the query; of one that is too long as much as shows that it is."""
    return request.GET.get("q", "").strip()[: MAX_LENGTH + 1]


def look(text: str) -> dict[str, Any]:
    """Say how the lines of a search are drawn: leading to conversations with their hits marked, as here."""
    return {"tail": f"&{urlencode({'q': text})}", "marks": search_marks.of(parse(text).tree)}


def results(request: HttpRequest, place: Place, text: str, saved_id: int | None = None) -> HttpResponse:
    """Draw what a query finds, in a place that is a search."""
    query = parse(text)
    mailboxes = sidebar.mailboxes_of(request)
    ground = queries.ground_of(request.account.pk, mailboxes)
    found = queries.search_page(ground, query, before=SearchCursor.parse(request.GET.get("before", "")))
    failed = any(problem.is_error for problem in found.problems)
    context = {
        "place": place,
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
            **look(text),
        ),
        "range": range_text(found.page, None),
        "tools": toolbar.tools(mailboxes, place),
        "modseq": request.account.modseq,
    }
    return render(request, "list/page.html", context)
