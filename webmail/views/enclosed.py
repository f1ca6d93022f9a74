"""A message inside a message, or inside a file, opened on a page of its own."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from mailserver.message import header, structure, summary
from mailserver.message.structure import Envelope
from webmail.store import queries

from . import dates, files, message_view, people
from .access import account_required
from .located import locate


@dataclass(slots=True)
class Head:
    """Who wrote an enclosed message to whom, and when; `moment` is None without a Date that can be read."""

    subject: str
    author: people.Correspondent
    details: list[tuple[str, list[people.Correspondent]]]
    to_line: str
    moment: datetime | None
    date: str


@require_safe
@account_required
def enclosed(request: HttpRequest, message_id: int, address: str) -> HttpResponse:
    """Show the message in a part: its header, its body in the same safe frame, its own files."""
    located = locate(request, message_id, address)
    if located.part.is_multipart:
        raise Http404
    letter = located.opened()
    own = queries.own_addresses(request.account)
    head = _head(structure.envelope(letter.raw, letter.root), own)
    context = {
        "outer": letter.message,
        "address": address,
        "head": head,
        "is_package": not head.author.address and not head.subject,
        "name": files.name_of(address, located.part),
        "content": message_view.content_of(request.account.pk, letter),
        "frame": reverse("enclosed_body", args=[message_id, address]),
        "back": located.around.page,
    }
    return render(request, "conversation/enclosed.html", context)


def _head(envelope: Envelope, own: set[str]) -> Head:
    authors = people.correspondents(envelope.from_, own) or people.correspondents(envelope.sender, own)
    moment = summary.date(envelope.date)
    return Head(
        subject=header.decode_words(envelope.subject),
        author=authors[0] if authors else people.Correspondent("", ""),
        details=message_view.details(envelope, own),
        to_line=people.to_line(people.correspondents((*envelope.to, *envelope.cc), own)),
        moment=moment,
        date=dates.full(moment) if moment else header.decode_words(envelope.date),
    )
