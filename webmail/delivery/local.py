"""Delivery into accounts of ours: what arrived by SMTP, what one account sends another, and reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailserver.message.digest import Digest, digest
from webmail.store import queries, sender_names
from webmail.store.add import AddedMessage, NewMessage, PackedMessage, Placement, add_messages, pack
from webmail.store.queries import Asked

from .filing import INBOX, Filing, decide


@dataclass(frozen=True, slots=True)
class Content:
    """A message read, once for all of its copies."""

    raw: bytes
    digest: Digest
    packed: PackedMessage


def read_content(raw: bytes) -> Content:
    """Do all that needs no database."""
    found = digest(raw)
    return Content(raw, found, pack(raw, found))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDelivery:
    """One copy for one account.

    `recipient` is the address it was sent to and `return_path` the envelope sender, "" for the null sender;
    `trace` holds trace headers (Received …), each ending in CR LF, that go on top of this copy. `sorts`: the
    account chooses by who sent it where mail goes.
    """

    account_id: int
    recipient: str
    return_path: str
    content: Content
    received_at: datetime
    trace: bytes = b""
    sorts: bool = False


def deliver_local(items: Sequence[LocalDelivery]) -> list[AddedMessage]:
    """File all copies in one transaction; returns them as stored, in order.

    Copies whose `content` is the same object share its bytes. Raises what `add_messages` raises;
    nothing is stored then.
    """
    filings = _filings(items)
    order: dict[int, list[int]] = {}
    for number, item in enumerate(items):
        order.setdefault(id(item.content), []).append(number)
    stored = add_messages(
        [_new_message([(items[number], filings[number]) for number in same]) for same in order.values()]
    )
    numbers = [number for same in order.values() for number in same]
    copies = [copy for added in stored for copy in added]
    return [copy for _, copy in sorted(zip(numbers, copies, strict=True), key=lambda pair: pair[0])]


def _filings(items: Sequence[LocalDelivery]) -> list[Filing]:
    """Say where each copy goes: one statement for those whose account sorts, none without."""
    asked = {
        number: Asked(item.account_id, sender_names.of_address(found.from_address), found.reference_ids)
        for number, item in enumerate(items)
        if item.sorts
        for found in (item.content.digest,)
    }
    facts = dict(zip(asked, queries.sender_facts(list(asked.values())) if asked else (), strict=True))
    return [
        decide(facts[number], is_expected=_is_expected(item)) if item.sorts else INBOX
        for number, item in enumerate(items)
    ]


def _is_expected(copy: LocalDelivery) -> bool:
    """Tell the mail of a list (RFC 2919), and a report about what one sent (RFC 6522), from a stranger's."""
    found = copy.content.digest
    is_report = not copy.return_path and found.part.content_type == "multipart/report"
    return is_report or any(name == "list" for name, _ in found.search_fields)


def _new_message(copies: Sequence[tuple[LocalDelivery, Filing]]) -> NewMessage:
    content = copies[0][0].content
    placements = tuple(_file(copy, filing) for copy, filing in copies)
    return NewMessage(content.raw, content.digest, placements, content.packed)


def _file(copy: LocalDelivery, filing: Filing) -> Placement:
    return Placement(
        account_id=copy.account_id,
        received_at=copy.received_at,
        roles=filing.roles,
        mailbox_ids=filing.mailbox_ids,
        prefix=_prefix(copy),
    )


def _prefix(copy: LocalDelivery) -> bytes:
    """The headers of final delivery (RFC 5321 §4.4, RFC 9228)."""
    return f"Return-Path: <{copy.return_path}>\r\nDelivered-To: {copy.recipient}\r\n".encode() + copy.trace
