"""The list of conversations, or of single messages."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webmail.models import Unit
from webmail.store import queries
from webmail.store.queries import Cursor, Page

from . import places, rows, search, sidebar, toolbar
from .access import account_required
from .everything_words import everything
from .places import Place
from .range_text import range_text
from .units import unit_of

PAGE_ROWS = 50


def home(_request: HttpRequest) -> HttpResponse:
    """Begin in the inbox."""
    return redirect("mailbox", slug="inbox")


@account_required
def mailbox(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page of a place, from a cursor on."""
    mailboxes = sidebar.mailboxes_of(request)
    place, unit = places.find(mailboxes, slug), unit_of(request)
    if place.is_search:
        return _search(request, slug)
    window = {"before": _cursor(request, "before"), "after": _cursor(request, "after")}
    page = read(request.account.pk, place, unit, **window)
    total = place.mailbox.count(unit) if place.mailbox else None
    context = {
        "place": place,
        "unit": unit,
        "lines": rows.lines(page.rows, place, request.account.address, mailboxes),
        "page": page,
        "range": range_text(page, total),
        "everything": everything(place, unit, total),
        "tools": toolbar.tools(mailboxes, place),
        "unread": place.mailbox.unseen(unit) if place.mailbox else 0,
        "modseq": request.account.modseq,
    }
    return render(request, "list/page.html", context)


def _search(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a saved search finds now."""
    key = places.saved_key(slug)
    if key is None:
        return redirect("search")
    for saved in sidebar.saved_of(request):
        if saved.id == key:
            return search.results(request, Place(slug, saved.name), saved.query, saved.id)
    raise Http404


class _Pages(NamedTuple):
    """What reads the pages of a unit."""

    mailbox: Callable[..., Page]
    starred: Callable[..., Page]
    all: Callable[..., Page]


_PAGES = {
    Unit.CONVERSATION: _Pages(queries.mailbox_page, queries.starred_page, queries.all_page),
    Unit.MESSAGE: _Pages(queries.mailbox_messages, queries.starred_messages, queries.all_messages),
}


def read(
    account_id: int, place: Place, unit: Unit, *, before: Cursor | None = None, after: Cursor | None = None
) -> Page:
    """Read a page of a place."""
    pages = _PAGES[unit]
    if place.mailbox_id is not None:
        return pages.mailbox(account_id, place.mailbox_id, before=before, after=after, limit=PAGE_ROWS)
    read_page = pages.starred if place.slug == places.STARRED else pages.all
    return read_page(account_id, before=before, after=after, limit=PAGE_ROWS)


def _cursor(request: HttpRequest, name: str) -> Cursor | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    cursor = Cursor.parse(text)
    if cursor is None:
        raise Http404
    return cursor
