"""The original of a message: where it comes from, and its bytes, to be looked at, copied or saved."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mailserver.message import header
from webmail.store import blobs, queries

from . import checks_words, dates, files
from .access import account_required
from .file_response import download, plain_text
from .located import message_of

_PIECE = 1024 * 1024
_FIRST_SHOWN, _MORE_SHOWN = 64 * 1024, 256 * 1024
_LARGEST_COPIED = 8 * 1024 * 1024
_MORE_FIELDS = ("cc", "bcc", "reply-to", "return-path", "in-reply-to", "list-id", "x-mailer", "user-agent")


@require_safe
@account_required
def source(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show who sent it how, then the raw text from ?from= on, a piece at a time."""
    message = message_of(request, message_id)
    start = _start(request, message)
    raw = _stretch(message, start, start + (_MORE_SHOWN if start else _FIRST_SHOWN))
    context = {
        "message": message,
        "raw": raw.decode("utf-8", "replace"),
        "start": start,
        "following": start + len(raw) if start + len(raw) < message.size else None,
        "left": message.size - start - len(raw),
    }
    if "piece" in request.GET:
        return render(request, "conversation/source_piece.html", context)
    fields = header.fields(message.prefix + blobs.read_range(message.blob_id, 0, message.part.body))
    context |= {
        "created": dates.full(message.sent_at) if message.sent_at else None,
        "received": dates.full(message.received_at),
        "seconds": _delay(message),
        "fields": _fields(fields, ("from", "to", "subject")),
        "more_fields": _fields(fields, _MORE_FIELDS),
        "checks": checks_words.checks(message, fields),
        "hops": [header.decode(value) for name, value in fields if name == "received"],
        "may_copy": message.size <= _LARGEST_COPIED,
    }
    return render(request, "conversation/source.html", context)


@require_safe
@account_required
def text(request: HttpRequest, message_id: int) -> HttpResponse:
    """Give the raw text whole, streamed; a browser shows it as text."""
    return plain_text(_pieces(message_of(request, message_id)))


@require_safe
@account_required
def save(request: HttpRequest, message_id: int) -> HttpResponse:
    """Give the message as a file, in pieces."""
    message = message_of(request, message_id)
    return download(_pieces(message), files.from_title(message.subject, "eml"), "message/rfc822")


def _pieces(message: queries.ConversationMessage) -> Iterator[bytes]:
    yield message.prefix
    size = message.size - len(message.prefix)
    for start in range(0, size, _PIECE):
        yield blobs.read_range(message.blob_id, start, min(start + _PIECE, size))


def _start(request: HttpRequest, message: queries.ConversationMessage) -> int:
    asked = request.GET.get("from", "0")
    start = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 12 else 0
    return start if start < message.size else 0


def _stretch(message: queries.ConversationMessage, start: int, stop: int) -> bytes:
    """Bytes of the message with our own fields in front, cut after a line when one ends near its end."""
    before = len(message.prefix)
    stop = min(stop, message.size)
    raw = message.prefix[start:stop] + blobs.read_range(
        message.blob_id, max(0, start - before), max(0, stop - before)
    )
    line_end = raw.rfind(b"\n") + 1
    return raw[:line_end] if line_end > len(raw) // 2 and stop < message.size else raw


def _fields(fields: header.Fields, names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, header.decode(value)) for wanted in names for name, value in fields if name == wanted]


def _delay(message: queries.ConversationMessage) -> int | None:
    """Seconds from its Date to its arrival; None when the clocks can't be believed."""
    if message.sent_at is None:
        return None
    seconds = round((message.received_at - message.sent_at).total_seconds())
    return seconds if 0 <= seconds < 30 * 24 * 3600 else None
