"""The list of conversations, or of single messages."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webmail.models import Unit
from webmail.store import queries
from webmail.store.queries import Cursor, MailboxRow, Page

from . import list_frame, places, rows, screener, search, sidebar, stand, toolbar
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
    if slug == places.SEARCH:
        return redirect("search")
    if slug == places.SCREENER:
        return screener.page(request, places.find(sidebar.mailboxes_of(request), slug))
    return render(request, "list/page.html", listing(request, slug))


def listing(request: HttpRequest, slug: str) -> dict[str, object]:
    """All that the list of a place shows, from the cursor on that the address names."""
    mailboxes = sidebar.mailboxes_of(request)
    place, unit = places.find(mailboxes, slug), unit_of(request)
    if place.is_search:
        return _search(request, place)
    return shown(request, place, unit, read(request.account.pk, place, unit, **window(request)))


def shown(request: HttpRequest, place: Place, unit: Unit, page: Page) -> dict[str, object]:
    """All that a list of these rows shows."""
    mailboxes = sidebar.mailboxes_of(request)
    total = place.mailbox.count(unit) if place.mailbox else None
    where = stand.of(request, place)
    context = {
        "place": place,
        "unit": unit,
        "stand": where,
        "lines": rows.lines(page.rows, place, request.account.address, mailboxes, tail=where.tail),
        "page": page,
        "range": range_text(page, total),
        "total": total,
        "everything": everything(place, unit, total),
        "tools": toolbar.tools(place, unit),
        "unread": place.mailbox.unseen(unit) if place.mailbox else 0,
        "modseq": request.account.modseq,
        "waiting": _waiting(mailboxes) if place.role == "inbox" else None,
    }
    return list_frame.around(request, context)


def _waiting(mailboxes: list[MailboxRow]) -> int | None:
    """How many conversations wait in the Screener; None where there is none."""
    return next((row.thread_count for row in mailboxes if row.role == "screener"), None)


def _search(request: HttpRequest, place: Place) -> dict[str, object]:
    """What a search finds now: the one in the address, or a saved one."""
    key = places.saved_key(place.slug)
    if key is None:
        return search.results(request, place, search.query_of(request))
    for saved in sidebar.saved_of(request):
        if saved.id == key:
            return search.results(request, Place(place.slug, saved.name), saved.query, saved.id)
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
        order = {"soonest_first": True} if place.soonest_first and unit == Unit.CONVERSATION else {}
        return pages.mailbox(
            account_id, place.mailbox_id, before=before, after=after, limit=PAGE_ROWS, **order
        )
    read_page = pages.starred if place.slug == places.STARRED else pages.all
    return read_page(account_id, before=before, after=after, limit=PAGE_ROWS)


def window(request: HttpRequest) -> dict[str, Cursor | None]:
    """Read from the address where the page of a list begins; Http404 for what is no cursor."""
    return {name: _cursor(request, name) for name in ("before", "after")}


def _cursor(request: HttpRequest, name: str) -> Cursor | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    found = Cursor.parse(text)
    if found is None:
        raise Http404
    return found
