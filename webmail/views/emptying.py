"""Empty Trash or Spam now: the one act that is asked about before, with the number."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from webmail.store import bulk as storing

from . import answers, bulk, places, sidebar
from .access import account_required
from .range_text import number
from .units import unit_of

_BINS = frozenset({"trash", "junk"})


@account_required
def empty(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask, and delete for good what stands there now."""
    place = places.find(sidebar.mailboxes_of(request), slug)
    if place.role not in _BINS or place.mailbox is None:
        raise Http404
    if request.method == "POST":
        unit = unit_of(request)
        asked = storing.Asked("delete", place.mailbox_id, total=place.mailbox.count(unit), unit=unit)
        return answers.bulk(request, slug, bulk.start(request, asked))
    count = place.mailbox.message_count
    return render(request, "list/empty_now.html", {"place": place, "count": count, "number": number(count)})
