"""The original of a message: its bytes, to be looked at or saved."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mailserver.message import header
from webmail.store import blobs, queries

from . import dates
from .access import account_required
from .file_response import download

_SHOWN_HEADERS = ("from", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "return-path")
_LARGEST_SHOWN = 512 * 1024
_PIECE = 1024 * 1024


@require_safe
@account_required
def source(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show the header fields that matter, then the raw text; of a huge message its beginning."""
    message = _message(request, message_id)
    shown = min(message.size - len(message.prefix), _LARGEST_SHOWN)
    raw = message.prefix + blobs.read_range(message.blob_id, 0, shown)
    fields = header.fields(message.prefix + blobs.read_range(message.blob_id, 0, message.part.body))
    context = {
        "message": message,
        "subject": message.subject,
        "received": dates.full(message.received_at),
        "seconds": _delay(message),
        "fields": [(name, header.decode(value)) for name, value in fields if name.lower() in _SHOWN_HEADERS],
        "hops": [header.decode(value) for name, value in fields if name.lower() == "received"],
        "raw": raw.decode("utf-8", "replace"),
        "cut": message.size > len(raw),
    }
    return render(request, "conversation/source.html", context)


@require_safe
@account_required
def save(request: HttpRequest, message_id: int) -> HttpResponse:
    """Give the message as a file, in pieces."""
    message = _message(request, message_id)
    name = f"{message.subject.strip()[:80] or 'message'}.eml"
    return download(_pieces(message), name, "message/rfc822")


def _pieces(message: queries.ConversationMessage) -> Iterator[bytes]:
    yield message.prefix
    size = message.size - len(message.prefix)
    for start in range(0, size, _PIECE):
        yield blobs.read_range(message.blob_id, start, min(start + _PIECE, size))


def _delay(message: queries.ConversationMessage) -> int | None:
    """Seconds from its Date to its arrival; None when the clocks can't be believed."""
    if message.sent_at is None:
        return None
    seconds = round((message.received_at - message.sent_at).total_seconds())
    return seconds if 0 <= seconds < 30 * 24 * 3600 else None


def _message(request: HttpRequest, message_id: int) -> queries.ConversationMessage:
    try:
        return queries.message(request.account.pk, message_id)
    except queries.MessageNotFoundError as error:
        raise Http404 from error
