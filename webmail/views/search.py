"""Results of a search, as a list, with the words that were looked for marked."""

import re
from collections.abc import Callable
from html import escape

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from webmail.store import queries
from webmail.store.queries import Cursor

from . import places, rows, sidebar, toolbar
from .access import account_required
from .range_text import range_text

MAX_QUERY = 500
_WORD = re.compile(r'(-?)(?:[A-Za-z]+:)?(?:"([^"]*)"|(\S+))')


@account_required
def search(request: HttpRequest) -> HttpResponse:
    """Show what matches `q`, the newest first."""
    text = request.GET.get("q", "").strip()[:MAX_QUERY]
    mailboxes = sidebar.mailboxes_of(request)
    place = places.find(mailboxes, places.SEARCH)
    page = queries.search_page(request.account.pk, text, before=Cursor.parse(request.GET.get("before", "")))
    context = {
        "place": place,
        "query": text,
        "page": page,
        "lines": rows.lines(
            page.rows,
            place,
            request.account.address,
            mailboxes,
            tail=f"&{urlencode({'q': text})}",
            marked=marker(text),
        ),
        "range": range_text(page, None),
        "tools": toolbar.tools(mailboxes, place),
        "modseq": request.account.modseq,
    }
    return render(request, "list/page.html", context)


def marker(text: str) -> Callable[[str], str]:
    """Make what escapes a text and marks the words of a query in it."""
    words = [phrase or word for minus, phrase, word in _WORD.findall(text) if not minus]
    words = [word.rstrip("*") for word in words if word.rstrip("*")]
    if not words:
        return escape
    wanted = re.compile(
        "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE
    )

    def marked(shown: str) -> str:
        pieces, end = [], 0
        for hit in wanted.finditer(shown):
            pieces.append(f"{escape(shown[end : hit.start()])}<mark>{escape(hit.group())}</mark>")
            end = hit.end()
        return "".join(pieces) + escape(shown[end:])

    return marked
