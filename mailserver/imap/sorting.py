"""What messages are sorted by (RFC 5256 §3)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from mailserver.message import header, structure, threading
from mailserver.message.structure import Mailbox

from .backend import Folder, Row
from .collation import casemap


class Criterion(NamedTuple):
    """A key to sort by, and whether the largest is first."""

    name: str
    is_reverse: bool


class Sortable(NamedTuple):
    """A message with all that it may be sorted by; texts as i;unicode-casemap compares them."""

    uid: int
    arrival: datetime
    sent: datetime
    size: int
    subject: str
    from_: str
    to: str
    cc: str
    shown_from: str
    shown_to: str


KEYS: dict[str, Callable[[Sortable], Any]] = {
    "ARRIVAL": lambda message: message.arrival,
    "DATE": lambda message: message.sent,
    "SIZE": lambda message: message.size,
    "SUBJECT": lambda message: message.subject,
    "FROM": lambda message: message.from_,
    "TO": lambda message: message.to,
    "CC": lambda message: message.cc,
    "DISPLAYFROM": lambda message: message.shown_from,
    "DISPLAYTO": lambda message: message.shown_to,
}


def read(folder: Folder, uids: Sequence[int]) -> list[Sortable]:
    """Read messages, for a thread."""
    return list(map(_sortable, folder.rows(uids, whole=True)))


def in_order(messages: Sequence[Sortable], criteria: Sequence[Criterion]) -> list[Sortable]:
    """Sort messages; equals stay in the order of their numbers."""
    found = sorted(messages, key=lambda message: message.uid)
    # Stable, so the last criterion first.
    for criterion in reversed(criteria):
        found.sort(key=KEYS[criterion.name], reverse=criterion.is_reverse)
    return found


def sent_at(date: str, row: Row) -> datetime:
    """When a message was sent, in UTC; when it was received where that can't be read (RFC 5256 §2.2)."""
    try:
        found = parsedate_to_datetime(date)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return row.received_at


def _sortable(row: Row) -> Sortable:
    envelope = structure.loads(row.envelope)
    return Sortable(
        row.uid,
        row.received_at,
        sent_at(envelope.date, row),
        row.size,
        casemap(threading.base_subject(header.decode_words(envelope.subject))),
        _local(envelope.from_),
        _local(envelope.to),
        _local(envelope.cc),
        _shown(envelope.from_),
        _shown(envelope.to),
    )


def _local(mailboxes: Sequence[Mailbox]) -> str:
    return casemap(mailboxes[0].unquoted) if mailboxes else ""


def _shown(mailboxes: Sequence[Mailbox]) -> str:
    """The name a person sees, else the address (RFC 5957 §3)."""
    if not mailboxes:
        return ""
    first = mailboxes[0]
    return casemap(header.decode_words(first.name) or f"{first.local}@{first.host}")
