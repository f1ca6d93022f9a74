"""The list of conversations."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webmail.store import queries
from webmail.store.queries import Cursor, Page

from . import places, rows, search, sidebar, toolbar
from .access import account_required
from .places import Place
from .range_text import number, range_text

PAGE_ROWS = 50


def home(_request: HttpRequest) -> HttpResponse:
    """Begin in the inbox."""
    return redirect("mailbox", slug="inbox")


@account_required
def mailbox(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page of a place, from a cursor on."""
    mailboxes = sidebar.mailboxes_of(request)
    place = places.find(mailboxes, slug)
    if place.is_search:
        return _search(request, slug)
    page = read(request.account.pk, place, before=_cursor(request, "before"), after=_cursor(request, "after"))
    context = {
        "place": place,
        "lines": rows.lines(page.rows, place, request.account.address, mailboxes),
        "page": page,
        "range": range_text(page, place.mailbox.thread_count if place.mailbox else None),
        "total": number(place.mailbox.thread_count) if place.mailbox else "",
        "tools": toolbar.tools(mailboxes, place),
        "unread": place.mailbox.unseen_thread_count if place.mailbox else 0,
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


def read(account_id: int, place: Place, *, before: Cursor | None = None, after: Cursor | None = None) -> Page:
    """Read a page of a place."""
    if place.mailbox_id is not None:
        return queries.mailbox_page(
            account_id,
            place.mailbox_id,
            before=before,
            after=after,
            limit=PAGE_ROWS,
            soonest_first=place.soonest_first,
        )
    read_page = queries.starred_page if place.slug == places.STARRED else queries.all_page
    return read_page(account_id, before=before, after=after, limit=PAGE_ROWS)


def _cursor(request: HttpRequest, name: str) -> Cursor | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    cursor = Cursor.parse(text)
    if cursor is None:
        raise Http404
    return cursor
