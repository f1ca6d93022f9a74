"""Which conversation a message belongs to: choose, begin, merge.

Two messages belong together when they have the same base subject and share an id among Message-ID,
In-Reply-To and References (design.md). The choice is made in memory over what one query
read; `merge` writes it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from webmail.models import MailboxMessage, Message, Thread, ThreadReference

from . import sql

MAX_MESSAGES = 100
_MAX_IDS = 50

type Key = tuple[int, int, int]
"""Account, hash of an id, hash of the base subject."""


@dataclass(frozen=True, slots=True)
class Link:
    """What ties a message to others: hashes of the ids it mentions, and of its base subject."""

    references: tuple[int, ...]
    subject: int


def link(message_id: str, reference_ids: Sequence[str], base_subject: str) -> Link:
    """Hash what ties a message; of very many references, those nearest to it count."""
    ids = dict.fromkeys([message_id, *reference_ids[-_MAX_IDS:]])
    return Link(tuple(_hash(name) for name in ids if name), _hash(base_subject))


def _hash(text: str) -> int:
    """Hash to a signed integer of 64 bits, as both databases keep them."""
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@dataclass(slots=True)
class Choice:
    """Conversations chosen for the messages of a batch, before anything is written.

    Conversations are ids where they exist, and negative numbers where they are to begin. `sizes` counts the
    messages of each; `merged` says which was joined to which.
    """

    known: dict[Key, int] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    changed: dict[Key, int] = field(default_factory=dict)
    _begun: int = 0

    def choose(self, account_id: int, tie: Link) -> int:
        """Find the conversation for one more message, joining those it links; begin one where none is."""
        keys = [(account_id, reference, tie.subject) for reference in tie.references]
        found = sorted({self.root(self.known[key]) for key in keys if key in self.known}, key=_seniority)
        thread = next((one for one in found if self.sizes[one] < MAX_MESSAGES), None)
        if thread is None:
            thread = self._begin()
        for other in found:
            self._join(other, thread)
        self.sizes[thread] += 1
        for key in keys:
            if self.root(self.known.get(key, 0)) != thread:
                self.known[key] = self.changed[key] = thread
        return thread

    def root(self, thread: int) -> int:
        """Follow merges to the conversation that is left."""
        while thread in self.merged:
            thread = self.merged[thread]
        return thread

    def _begin(self) -> int:
        self._begun -= 1
        self.sizes[self._begun] = 0
        return self._begun

    def _join(self, other: int, thread: int) -> None:
        """Merge where the cap allows it, leaving room for the message that links them."""
        if other != thread and self.sizes[other] + self.sizes[thread] < MAX_MESSAGES:
            self.merged[other] = thread
            self.sizes[thread] += self.sizes.pop(other)


def _seniority(thread: int) -> tuple[bool, int]:
    """Older conversations first: they keep their address."""
    return thread < 0, abs(thread)


def known_threads(ties: Iterable[tuple[int, Link]]) -> sql.Answer[dict[Key, int]]:
    """Ask for the conversations that mention any of these ids: one statement."""
    keys = list(
        dict.fromkeys(
            (account, reference, tie.subject) for account, tie in ties for reference in tie.references
        )
    )
    if not keys:
        return dict
    columns = ["account_id", "reference_hash", "subject_hash"]
    rows = sql.lookup(ThreadReference, columns, "thread_id", keys)
    return lambda: {(account, reference, subject): thread for account, reference, subject, thread in rows()}


def save_references(rows: Sequence[tuple[Key, int]]) -> None:
    """Remember which conversation mentions an id."""
    keys = ["account_id", "reference_hash", "subject_hash"]
    sql.insert(
        ThreadReference,
        [*keys, "thread_id"],
        [(*key, thread) for key, thread in rows],
        unique=keys,
        update=["thread_id"],
    )


def merge(merged: dict[int, int]) -> None:
    """Carry everything of the joined conversations over; their own rows stay and say where they went."""
    if not merged:
        return
    pairs = sorted(merged.items())
    for model in (Message, MailboxMessage, ThreadReference):
        sql.replace(model, "thread_id", pairs)
    sql.update(Thread, ["id", "merged_into_id"], pairs)
