"""ENVELOPE and BODYSTRUCTURE as IMAP knows them (RFC 9051 §7.5.2), as plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from . import address, header
from .part import Part

# An address without a host would read as the begin of a group.
MISSING_DOMAIN = "MISSING_DOMAIN"
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address of an ENVELOPE, its name encoded as in the header; "" is NIL.

    A group begins with its name in `local` and no host, and ends with nothing at all.
    """

    name: str
    local: str
    host: str
    route: str = ""

    @property
    def unquoted(self) -> str:
        """The local part as an ENVELOPE and SORT have it: its quotes are the header's (RFC 9051 §7.5.2)."""
        if not self.local.startswith('"'):
            return self.local
        return _QUOTED_PAIR.sub(r"\1", self.local[1:].removesuffix('"'))


@dataclass(frozen=True, slots=True)
class Envelope:
    """Fields as they stand in the header: unfolded, encoded words kept; "" and () are NIL."""

    date: str = ""
    subject: str = ""
    from_: tuple[Mailbox, ...] = ()
    sender: tuple[Mailbox, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    in_reply_to: str = ""
    message_id: str = ""


_ADDRESS_FIELDS = ("from", "sender", "reply-to", "to", "cc", "bcc")
_OTHER_FIELDS = ("date", "subject", "in-reply-to", "message-id")


def envelope(raw: bytes, part: Part) -> Envelope:
    """The envelope of the message whose root is `part`."""
    fields = header.fields(raw[part.start : min(part.body, part.start + header.MAX_HEADER_BYTES)])
    values, hint = header.by_name(fields), charset_hint(part)
    return envelope_of(values, address_entries(values, hint), hint)


def charset_hint(part: Part) -> str:
    """The charset of the first text: raw 8-bit header fields are mostly in it."""
    labels = (leaf.parameters.get("charset", "") for _, leaf in part.walk() if not leaf.children)
    return next((label for label in labels if label), "")


def envelope_of(
    values: Mapping[str, bytes], entries: Mapping[str, list[address.Entry]], hint: str
) -> Envelope:
    """The envelope of a header already split, its address fields already read."""
    lists = {name: tuple(map(_mailbox, entries.get(name, ()))) for name in _ADDRESS_FIELDS}
    texts = {name: _text(values[name], hint) if name in values else "" for name in _OTHER_FIELDS}
    sender = lists["from"]
    return Envelope(
        texts["date"],
        texts["subject"],
        sender,
        lists["sender"] or sender,
        lists["reply-to"] or sender,
        lists["to"],
        lists["cc"],
        lists["bcc"],
        texts["in-reply-to"],
        texts["message-id"],
    )


def address_entries(values: Mapping[str, bytes], hint: str) -> dict[str, list[address.Entry]]:
    """The address fields of an envelope, read once for whoever needs them."""
    return {name: address.entries(values[name], hint) for name in _ADDRESS_FIELDS if name in values}


def _text(value: bytes, hint: str) -> str:
    text = header.text_of(value, hint)
    return text if text.isascii() and text.isprintable() else header.strip_controls(text)


def _mailbox(entry: address.Entry) -> Mailbox:
    if entry.group == address.GROUP_BEGINS:
        return Mailbox("", header.strip_controls(entry.name) or "-", "")
    if entry.group:
        return Mailbox("", "", "")
    local, _, host = entry.spec.rpartition("@")
    name, route = header.strip_controls(entry.name), header.strip_controls(entry.route)
    if not local:
        return Mailbox(name, header.strip_controls(host) or "-", MISSING_DOMAIN, route)
    return Mailbox(name, header.strip_controls(local), header.strip_controls(host) or MISSING_DOMAIN, route)


def dumps(envelope: Envelope) -> str:
    """The envelope as compact JSON, for Message.envelope."""
    lists = [_flat(getattr(envelope, name)) for name in ("from_", "sender", "reply_to", "to", "cc", "bcc")]
    # Sender and Reply-To are From's most of the time (RFC 9051 §7.5.2): null says so.
    for position in (1, 2):
        lists[position] = None if lists[position] == lists[0] else lists[position]
    row = [envelope.date, envelope.subject, *lists, envelope.in_reply_to, envelope.message_id]
    return orjson.dumps(row).decode()


def loads(text: str | bytes) -> Envelope:
    """The envelope back from `dumps`."""
    row: list[Any] = orjson.loads(text)
    lists = [row[2] if value is None else value for value in row[2:8]]
    mailboxes: list[Any] = [tuple(Mailbox(*each) for each in value) for value in lists]
    return Envelope(row[0], row[1], *mailboxes, *row[8:])


def _flat(mailboxes: tuple[Mailbox, ...]) -> list[list[str]] | None:
    return [[one.name, one.local, one.host, *([one.route] if one.route else ())] for one in mailboxes]
