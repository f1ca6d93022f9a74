"""A file looked at in place: its own page, and what the overlay of the conversation page shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mailserver import calendar_process
from mailserver.message import content, filename, sniff, vcard

from . import contact_words, event_words, files, texts
from .access import account_required
from .located import Letter, Located, locate

_LONGEST_TEXT = 200_000
_TEXTS = frozenset({"text/plain", "text/html", "image/svg+xml", "text/x-script"})
_CALENDARS = ("text/calendar", "application/ics")
_CONTACTS = ("text/vcard", "text/x-vcard", "text/directory")


@dataclass(slots=True)
class FileView:
    """What is shown of a file: `look` is picture, pdf, sound, film, text, event, contact, or "" (nothing)."""

    look: str = ""
    text: str = ""
    charset: str = ""
    cut: bool = False
    is_source: bool = False
    content_type: str = ""
    cards: Sequence[object] = field(default_factory=list)
    more: int = 0


@require_safe
@account_required
def view(request: HttpRequest, message_id: int, address: str) -> HttpResponse:
    """Show a file, decided by its bytes; what can't be shown safely is only named, to be downloaded."""
    located = locate(request, message_id, address)
    if located.part.is_multipart:
        raise Http404
    card = files.card(address, located.part)
    if card.opens == "message":
        return redirect("enclosed", message_id=message_id, address=address)
    data = located.data
    found = sniff.media_type(data)
    around = located.around
    neighbours = _neighbours(around)
    at = neighbours.index(address) if address in neighbours else -1
    context = {
        "message": around.message,
        "back": around.page,
        "file": card,
        "view": _view(request, located, data, found),
        "warning": files.content_warning(card.name, located.part.content_type, found),
        "disguised": files.is_disguised(card.name, located.part.content_type, data),
        "previous": neighbours[at - 1] if at > 0 else None,
        "next": neighbours[at + 1] if 0 <= at < len(neighbours) - 1 else None,
        "number": at + 1,
        "count": len(neighbours),
    }
    return render(request, "conversation/file_view.html", context)


def _neighbours(letter: Letter) -> list[str]:
    """The files of the same message that can be looked at, in order."""
    shown = content.display_parts(letter.raw, letter.root)
    cards = files.cards(letter, shown, dict(letter.root.walk()))
    return [card.address for card in cards if card.opens == "view"]


def _view(request: HttpRequest, located: Located, data: bytes, found: str) -> FileView:
    for look, types in (("picture", sniff.PICTURES), ("sound", sniff.AUDIO), ("film", sniff.VIDEO)):
        if found in types:
            return FileView(look, content_type=found)
    if found == "application/pdf":
        return FileView("pdf", content_type=found)
    declared = located.part.content_type
    if found not in _TEXTS and not (declared.startswith("text/") and b"\0" not in data and not found):
        return FileView()
    ending = filename.ending(located.part.filename)
    if declared in _CALENDARS or ending in ("ics", "ical"):
        calendar = calendar_process.read(data)
        if calendar and calendar["events"]:
            cards = event_words.cards(calendar)
            return FileView("event", cards=cards, more=calendar["count"] - len(cards))
    if declared in _CONTACTS or ending in ("vcf", "vcard"):
        contacts = vcard.read(data)
        if contacts:
            return FileView("contact", cards=contact_words.cards(contacts))
    return _text(request, located, data, found)


def _text(request: HttpRequest, located: Located, data: bytes, found: str) -> FileView:
    read = texts.how(request.account.pk, located.letter.message, data[: 4 * _LONGEST_TEXT], located.part)
    return FileView(
        "text",
        read.text[:_LONGEST_TEXT],
        read.charset,
        cut=len(read.text) > _LONGEST_TEXT or len(data) > 4 * _LONGEST_TEXT,
        is_source=found in ("text/html", "image/svg+xml"),
    )
