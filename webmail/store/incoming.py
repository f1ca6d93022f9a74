"""Messages on their way into mailboxes: the values, and all the work that needs no database."""

from dataclasses import dataclass, field
from datetime import datetime

from mailserver.message import part, structure
from mailserver.message.digest import Digest

from . import blobs, index_terms, threads
from .spam_marks import Reason
from .text import storable


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where one account's copy is to stand: mailboxes by id or by role, at least one.

    `prefix` holds headers of our own that go in front of the shared bytes; `flags` are IMAP names; `spam`
    is why it was taken for spam. In Snoozed it waits for `snoozed_until`.
    """

    account_id: int
    received_at: datetime
    mailbox_ids: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    prefix: bytes = b""
    flags: frozenset[str] = frozenset()
    spam: Reason | None = None
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PackedMessage:
    """What all copies of a message share, as it is stored."""

    blob: blobs.PackedBlob
    tie: threads.Link
    terms: frozenset[str]
    envelope: str
    structure: str


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be stored once, and each account's copy of it; `packed` if `pack` was called before."""

    raw: bytes
    digest: Digest
    placements: tuple[Placement, ...]
    packed: PackedMessage | None = None


@dataclass(frozen=True, slots=True)
class AddedMessage:
    """One account's copy as it was stored; `uids` by mailbox id."""

    message_id: int
    thread_id: int
    account_id: int
    uids: dict[int, int]


@dataclass(slots=True)
class Copy:
    """One account's copy on its way in."""

    placement: Placement
    source: "Source"
    size: int
    message_id: int = 0
    thread: int = 0
    uids: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Source:
    """A message and its copies, worked out before the transaction."""

    new: NewMessage
    packed: PackedMessage
    copies: list[Copy] = field(default_factory=list)


def pack(raw: bytes, digest: Digest) -> PackedMessage:
    """Do what needs no database: hash, compress, tokenise, serialise."""
    return PackedMessage(
        blob=blobs.pack(raw),
        tie=threads.link(digest.message_id, digest.reference_ids, digest.base_subject),
        terms=index_terms.of_message(digest),
        envelope=storable(structure.dumps(digest.envelope)),
        structure=storable(part.dumps(digest.part)),
    )


def prepare(new: NewMessage) -> Source:
    """Make the copies of a message."""
    source = Source(new, new.packed or pack(new.raw, new.digest))
    for placement in new.placements:
        if not placement.mailbox_ids and not placement.roles:
            raise ValueError("a message must stand somewhere")
        source.copies.append(Copy(placement, source, len(placement.prefix) + len(new.raw)))
    return source


def added(copy: Copy) -> AddedMessage:
    """Tell how a copy was stored."""
    return AddedMessage(copy.message_id, copy.thread, copy.placement.account_id, copy.uids)
