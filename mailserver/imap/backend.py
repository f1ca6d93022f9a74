"""What the IMAP server asks of its owner, grouped by the state of a session (RFC 9051 §3).

All methods but `watch` are called in a thread of the server's, and may wait for a database. What they raise
of `replies.No` is told to the client; anything else is our trouble.
"""

from array import array
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from mailserver.access.admission import Admission
from mailserver.sasl import Claim, Salt

from .search_keys import Key


@dataclass(frozen=True, slots=True)
class Peer:
    """Who speaks; `program` is what the client says it is (RFC 2971)."""

    ip: str
    is_encrypted: bool
    program: str = ""


class Mailbox(NamedTuple):
    """A mailbox as LIST, STATUS and SELECT tell of it; `role` is its special use (RFC 6154)."""

    key: int
    path: str
    role: str
    is_subscribed: bool
    uid_validity: int
    uid_next: int
    highest_modseq: int
    messages: int
    unseen: int
    size: int


class Row(NamedTuple):
    """A message in its mailbox; `flags` are parted by spaces. The last three are read only when asked for."""

    uid: int
    message: int
    thread: int
    flags: str
    modseq: int
    received_at: datetime
    saved_at: datetime
    size: int
    envelope: str = ""
    structure: str = ""
    preview: str = ""


class Description(NamedTuple):
    """What was read of a message once: its envelope and its part tree, as the store keeps them."""

    envelope: str
    structure: str


class Body(NamedTuple):
    """The bytes of a message: headers of our own, then what came, from where offsets of parts count."""

    prefix: bytes
    blob: bytes


class Changes(NamedTuple):
    """What happened in a mailbox since a modseq: rows new or altered, as `Folder.flags`; uids that went."""

    modseq: int
    rows: list[Row]
    gone: list[int]


class FlagChange(NamedTuple):
    """Flags to add and to remove, None for all others; not where a message changed after a modseq."""

    add: frozenset[str] = frozenset()
    remove: frozenset[str] | None = frozenset()
    unchanged_since: int | None = None


class LabelChange(NamedTuple):
    """Labels to give and to take, None for all others."""

    add: frozenset[str] = frozenset()
    remove: frozenset[str] | None = frozenset()


class Quota(NamedTuple):
    """Bytes used and allowed."""

    used: int
    limit: int


class NewMessage(NamedTuple):
    """A message to be appended."""

    raw: bytes
    flags: frozenset[str]
    received_at: datetime | None


class Folder(Protocol):
    """The mailbox that is selected."""

    mailbox: Mailbox

    def uids(self) -> array[int]:
        """Read all uids, rising."""
        ...

    def keywords(self) -> list[str]:
        """Read the keywords that messages here have."""
        ...

    def first_unseen(self) -> int:
        """Read the first uid that was not read, 0 for none."""
        ...

    def recent(self, end: int, *, takes: bool) -> int:
        """Find the first uid below `end` that no session was told of; `takes` tells this one alone."""
        ...

    def rows(self, uids: Sequence[int], *, whole: bool = False) -> list[Row]:
        """Read messages in the order of their uids, which rise; `whole` with envelope, structure, preview.

        What was not read whole may name the conversation it belonged to before two were joined.
        """
        ...

    def flags(self, uids: Sequence[int]) -> list[Row]:
        """Read messages as `rows`, but only uid, message, flags and modseq: all else means nothing."""
        ...

    def descriptions(self, messages: Sequence[int]) -> dict[int, Description]:
        """Read envelopes and structures."""
        ...

    def rows_since(self, low: int, high: int, modseq: int) -> list[Row]:
        """Read what changed after a modseq, of the uids between these two."""
        ...

    def bodies(self, messages: Sequence[int]) -> dict[int, Body]:
        """Read messages whole."""
        ...

    def heads(self, messages: Sequence[int]) -> dict[int, Body]:
        """Read how messages begin: some 10,000 bytes, or more."""
        ...

    def piece(self, message: int, start: int, end: int) -> bytes:
        """Read a stretch of a message, counted from the first byte of its prefix."""
        ...

    def changes(self, modseq: int) -> Changes:
        """Read what happened after a modseq."""
        ...

    def vanished(self, modseq: int, known: Sequence[tuple[int, int]]) -> list[int]:
        """Read which uids went after a modseq, of these ranges, which rise (RFC 7162 §3.2.6)."""
        ...

    def find(self, key: Key) -> tuple[list[int], Key | None]:
        """Find the uids of messages that may fit, rising, and what is left to be looked at of each."""
        ...

    def labels(self, messages: Sequence[int]) -> dict[int, list[str]]:
        r"""Read where else messages stand, as X-GM-LABELS names it: `\Inbox`, or the path of a label."""
        ...

    def labelled(self, name: str) -> list[int]:
        """Find the uids of messages that have a label."""
        ...

    def query(self, text: str) -> list[int]:
        """Find the uids of messages that fit a search as a person writes it; raises No for what is none."""
        ...

    def relabel(self, uids: Sequence[int], change: LabelChange) -> None:
        """Give and take labels; raises No for one that can't be."""
        ...

    def store(self, uids: Sequence[int], change: FlagChange) -> tuple[int, list[int]]:
        """Change flags; the modseq of the change, and the uids that had changed (RFC 7162 §3.1.3)."""
        ...

    def copy(self, uids: Sequence[int], path: str) -> tuple[int, list[tuple[int, int]]]:
        """Copy messages; uid validity of the target, and each uid with the one it has there."""
        ...

    def move(self, uids: Sequence[int], path: str) -> tuple[int, list[tuple[int, int]]]:
        """Move messages, as `copy`."""
        ...

    def expunge(self, uids: Collection[int] | None) -> None:
        """Take out what is flagged as deleted, of these uids or of all."""
        ...


class Mail(Protocol):
    """The mail of somebody who logged in."""

    address: str
    admission: Admission

    def mailboxes(self) -> list[Mailbox]:
        """Read all mailboxes, in the order in which they are listed."""
        ...

    def deleted(self, key: int) -> int:
        """Count what is flagged as deleted in a mailbox."""
        ...

    def recent(self, key: int) -> int:
        """Count what no session was told of yet."""
        ...

    def lost_subscriptions(self) -> list[str]:
        """Read the names that are subscribed to, and of which there is no mailbox any more."""
        ...

    def create(self, path: str, role: str = "") -> int:
        """Make a mailbox, which may be the one of a role; its key."""
        ...

    def delete(self, path: str) -> None:
        """Delete a mailbox."""
        ...

    def rename(self, path: str, new_path: str) -> None:
        """Rename a mailbox and those below it."""
        ...

    def subscribe(self, path: str, *, is_subscribed: bool) -> None:
        """List a mailbox among those that are subscribed to, or don't."""
        ...

    def append(self, path: str, messages: Sequence[NewMessage]) -> tuple[int, list[int]]:
        """Add messages, all or none; uid validity and their uids."""
        ...

    def replace(self, key: int, uid: int, path: str, message: NewMessage) -> tuple[int, int]:
        """Add a message and take out one of another mailbox, both or neither; uid validity and uid."""
        ...

    def check_append(self, path: str, size: int) -> None:
        """Refuse what can't be appended before its bytes are sent."""
        ...

    def quota(self) -> Quota:
        """Read what is used and what may be."""
        ...

    def select(self, path: str) -> Folder:
        """Open a mailbox."""
        ...

    def watch(self) -> AsyncGenerator[int]:
        """Yield, on the event loop, whenever something of the account has changed."""
        ...


class Backend(Protocol):
    """The way in."""

    def salt(self, name: str) -> Salt:
        """Give the salt of a name, which a stranger's has, too."""
        ...

    def log_in(self, claim: Claim, peer: Peer) -> tuple[Mail, bytes]:
        """Let somebody in, or raise No; the key that proves us, where a mechanism wants it."""
        ...

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function with all that a thread needs to ask; trouble is raised as No."""
        ...

    def end_thread(self) -> None:
        """Let go of what belongs to the calling thread."""
        ...
