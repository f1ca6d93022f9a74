"""Does a message fit a search? (RFC 9051 §6.4.4) What no index can tell is read from the message itself."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from email.utils import parsedate
from enum import IntEnum
from functools import cached_property

from mailserver.message import content, header, structure
from mailserver.message import part as parts
from mailserver.message.part import Part
from mailserver.message.structure import Envelope, Mailbox

from .backend import Body, Folder, Row
from .search_keys import (
    Age,
    All,
    And,
    Day,
    Flag,
    Header,
    Key,
    Modseq,
    Not,
    ObjectId,
    Or,
    Size,
    Text,
    Uids,
)

_ADDRESSES = {"from": "from_", "to": "to", "cc": "cc", "bcc": "bcc", "sender": "sender"}


class Cost(IntEnum):
    """What must be read of a message to tell whether it fits."""

    ROW = 0
    ENVELOPE = 1
    HEADER = 2
    BODY = 3


def cost(key: Key) -> Cost:
    """What a key needs."""
    match key:
        case And(keys):
            return max(map(cost, keys))
        case Or(one, other):
            return max(cost(one), cost(other))
        case Not(inner):
            return cost(inner)
        case Header(name, text):
            return Cost.ENVELOPE if text and name in ("subject", *_ADDRESSES) else Cost.HEADER
        case Text():
            return Cost.BODY
        case Day("sent", _, _):
            return Cost.ENVELOPE
    return Cost.ROW


def fitting(folder: Folder, key: Key, uids: Sequence[int]) -> list[int]:
    """Choose of these messages those that fit; to be called in a thread, for a bounded number."""
    needs = cost(key)
    rows = folder.rows(uids, whole=needs > Cost.ROW)
    bodies: dict[int, Body] = {}
    if needs == Cost.BODY:
        bodies = folder.bodies([row.message for row in rows])
    elif needs == Cost.HEADER:
        bodies = folder.heads([row.message for row in rows])
    return [row.uid for row in rows if fits(key, Candidate(folder, row, bodies.get(row.message)))]


class Candidate:
    """A message that may fit; each thing about it is read once, and only when it is asked for."""

    def __init__(self, folder: Folder, row: Row, body: Body | None) -> None:
        self._folder, self.row, self._body = folder, row, body

    @cached_property
    def flags(self) -> frozenset[str]:
        """Its flags, lower case."""
        return frozenset(self.row.flags.lower().split())

    @cached_property
    def envelope(self) -> Envelope:
        """Its envelope."""
        return structure.loads(self.row.envelope)

    @cached_property
    def sent(self) -> date:
        """The day in its Date field, wherever that was; the day it was received without one."""
        found = parsedate(self.envelope.date)
        try:
            return date(*found[:3]) if found else self.row.received_at.astimezone(UTC).date()
        except ValueError:
            return self.row.received_at.astimezone(UTC).date()

    def values(self, name: str, *, from_envelope: bool) -> Iterator[str]:
        """The values of a header field, folded to be compared; the envelope doesn't tell of empty ones."""
        if name in _ADDRESSES and from_envelope:
            yield _folded(" ".join(map(_address, getattr(self.envelope, _ADDRESSES[name]))))
        elif name == "subject" and from_envelope:
            yield _folded(header.decode_words(self.envelope.subject))
        else:
            yield from (value for field, value in self._fields if field == name)

    @cached_property
    def _root(self) -> Part:
        return parts.loads(self.row.structure)

    @cached_property
    def _fields(self) -> list[tuple[str, str]]:
        return [(name, _folded(header.decode(value))) for name, value in self.raw_fields()]

    def raw_fields(self) -> header.Fields:
        """The fields of its header as they came."""
        prefix = self.row.size - self._root.end
        body, end = self._body, self._root.body
        if body is None or end > len(body.blob):
            raw = self._folder.piece(self.row.message, 0, prefix + end)
        else:
            raw = body.prefix + body.blob[:end]
        return header.fields(raw)

    def has_header(self, text: str) -> bool:
        """Tell whether any field holds this."""
        return any(text in f"{name}: {value}" for name, value in self._fields)

    def has_body(self, text: str) -> bool:
        """Tell whether a text of the message holds this, or the header of a message within it."""
        return any(text in value for value in self._texts)

    @cached_property
    def _texts(self) -> list[str]:
        blob = self._body.blob if self._body else b""
        found: list[str] = []
        for _, leaf in self._root.walk():
            if not leaf.children and leaf.content_type.startswith("text/"):
                found.append(_folded(content.text(blob, leaf)))
            elif leaf.children and not leaf.is_multipart:
                inner = leaf.children[0]
                fields = header.fields(blob[inner.start : inner.body])
                found += [_folded(f"{name}: {header.decode(value)}") for name, value in fields]
        return found


def fits(key: Key, message: Candidate) -> bool:
    """Tell whether it does."""
    match key:
        case All():
            return True
        case And(keys):
            return all(fits(each, message) for each in keys)
        case Or(one, other):
            return fits(one, message) or fits(other, message)
        case Not(inner):
            return not fits(inner, message)
        case Header(name, text):
            return any(_folded(text) in value for value in message.values(name, from_envelope=bool(text)))
        case Text(text, with_header):
            folded = _folded(text)
            return message.has_body(folded) or (with_header and message.has_header(folded))
    return _fits_row(key, message)


def _fits_row(key: Key, message: Candidate) -> bool:
    row = message.row
    match key:
        case Flag(name):
            return name.lower() in message.flags
        case Uids(uids):
            return row.uid in uids
        case Size(is_larger, size):
            return row.size > size if is_larger else row.size < size
        case Day():
            return _fits_day(key, message)
        case Age(is_younger, moment):
            return (row.received_at > moment) == is_younger
        case Modseq(modseq):
            return row.modseq >= modseq
        case ObjectId(of, value):
            return value == (f"M{row.message}" if of == "email" else f"T{row.thread}")
    raise ValueError("numbers of messages are a session's: it puts uids in their place")


def _fits_day(key: Day, message: Candidate) -> bool:
    if key.of == "sent":
        day = message.sent
    else:
        day = (message.row.saved_at if key.of == "saved" else message.row.received_at).astimezone(UTC).date()
    if key.when == "=":
        return day == key.day
    return day < key.day if key.when == "<" else day >= key.day


def _address(mailbox: Mailbox) -> str:
    name = header.decode_words(mailbox.name)
    return f"{name} <{mailbox.local}@{mailbox.host}>" if mailbox.host else mailbox.local


def _folded(text: str) -> str:
    """Composed, for some programs write an accent as a character of its own."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
