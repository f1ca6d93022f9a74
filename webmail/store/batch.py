"""The steps of adding a batch: read, decide in memory, write each table once."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from webmail.models import Message, Role, Thread

from . import blobs, index_terms, placements, search, spam_marks, sql, threads
from .board import Board
from .change import Change
from .flag_names import is_muted, keywords_of, system_columns
from .incoming import Copy, Source
from .settlement import MailboxState
from .summary import Standing
from .text import storable

_MESSAGE_COLUMNS = (
    "id",
    "account_id",
    "thread_id",
    "blob_id",
    "prefix",
    "size",
    "message_id",
    "subject",
    "from_name",
    "from_address",
    "to_text",
    "sent_at",
    "received_at",
    "preview",
    "has_attachment",
    "envelope",
    "structure",
)

# Where an answer may be filed that isn't put into the Inbox.
_ANSWERED_IN = frozenset({Role.NONE, Role.ARCHIVE, Role.SCREENER})


class Batch:
    """The steps of one batch, within its change."""

    def __init__(self, change: Change, sources: list[Source], copies: list[Copy]) -> None:
        self.change = change
        self.sources = sources
        self.copies = copies
        self.board = Board(change)
        self.standings: list[Standing] = []
        self.left: list[Standing] = []

    def run(self) -> None:
        """Ask all that can be asked, then wait, decide, and write: parents before what refers to them."""
        locked, count = self.change.lock(), len(self.copies)
        reserved = sql.reserve({Message: count, Thread: count})
        saved = blobs.save({source.packed.blob.sha256: source.packed.blob for source in self.sources})
        mailboxes = self.board.ask_mailboxes(
            {key for copy in self.copies for key in copy.placement.mailbox_ids}
        )
        known = threads.known_threads(
            [(copy.placement.account_id, copy.source.packed.tie) for copy in self.copies]
        )
        locked()
        keys = reserved()
        mailboxes()
        choice = self._choose_threads(known())
        names = self._begin_threads(choice, iter(keys[Thread]))
        for copy, key in zip(self.copies, keys[Message], strict=True):
            copy.message_id = key
            copy.thread = names.get(choice.root(copy.thread), choice.root(copy.thread))
            self._place(copy)
        saved.write_chunks()
        self._write(choice, names, saved.ids)

    def _write(self, choice: threads.Choice, names: dict[int, int], blob_ids: dict[bytes, int]) -> None:
        settlement = self.board.settle()
        settlement.insert_threads()
        threads.merge(_existing(choice.merged, names))
        sql.insert(Message, _MESSAGE_COLUMNS, [_message_row(copy, blob_ids) for copy in self.copies])
        spam_marks.insert(
            (copy.message_id, copy.placement.account_id, copy.placement.spam)
            for copy in self.copies
            if copy.placement.spam
        )
        placements.insert(self.standings, self.change)
        placements.delete(self.left, self.change)
        threads.save_references(
            [(key, names.get(choice.root(to), choice.root(to))) for key, to in choice.changed.items()]
        )
        settlement.write()
        search.index_many(
            [(copy.message_id, copy.placement.account_id, _terms(copy)) for copy in self.copies]
        )

    def _choose_threads(self, known: dict[threads.Key, int]) -> threads.Choice:
        self.board.load_threads({thread: key[0] for key, thread in known.items()})
        sizes = {
            thread: len({standing.message_id for standing in standings})
            for thread, standings in self.board.standings.items()
        }
        choice = threads.Choice(known=known, sizes=sizes)
        for copy in self.copies:
            copy.thread = choice.choose(copy.placement.account_id, copy.source.packed.tie)
        return choice

    def _begin_threads(self, choice: threads.Choice, keys: Iterator[int]) -> dict[int, int]:
        """Give each new conversation its key; join on the board what was merged."""
        names: dict[int, int] = {}
        for copy in self.copies:
            root = choice.root(copy.thread)
            if root < 0 and root not in names:
                names[root] = next(keys)
                subject = storable(copy.source.new.digest.subject)
                self.board.new_thread(names[root], copy.placement.account_id, subject)
        for source, target in _existing(choice.merged, names).items():
            self.board.merge(source, target)
        return names

    def _place(self, copy: Copy) -> None:
        account = copy.placement.account_id
        muted = any(is_muted(row.keywords) for row in self.board.standings[copy.thread])
        roles = [Role.ARCHIVE if muted and role == Role.INBOX else role for role in copy.placement.roles]
        states = {
            state.id: state
            for state in (
                *(self.board.mailbox(account, key) for key in copy.placement.mailbox_ids),
                *(self.board.role(account, role) for role in roles),
            )
        }
        for mailbox_id, state in states.items():
            standing = _standing(copy, mailbox_id, state.next_uid())
            if state.role == Role.SNOOZED:
                standing.snoozed_until = copy.placement.snoozed_until
            copy.uids[mailbox_id] = standing.uid
            self.board.add(standing)
            self.standings.append(standing)
            if state.role == Role.INBOX:
                self._bring_back(copy.thread, state)
            elif state.role in _ANSWERED_IN:
                self._remind_no_more(copy.thread)

    def _bring_back(self, thread: int, inbox: MailboxState) -> None:
        """Put what is snoozed of a conversation into the Inbox, where something new of it stands."""
        standings = self.board.standings[thread]
        there = {row.message_id for row in standings if row.mailbox_id == inbox.id}
        for row in [row for row in standings if row.is_snoozed]:
            self.board.remove(row)
            self.left.append(row)
            if row.message_id not in there:
                back = replace(row, id=0, mailbox_id=inbox.id, uid=inbox.next_uid(), snoozed_until=None)
                self.board.add(back)
                self.standings.append(back)

    def _remind_no_more(self, thread: int) -> None:
        """Take own mail out of Snoozed that waited for an answer: it has come, wherever it was filed."""
        standings = self.board.standings[thread]
        # Labels that this batch doesn't name are not loaded.
        sent_in = {key for key, state in self.board.mailboxes.items() if state.role == Role.SENT}
        sent = {row.message_id for row in standings if row.mailbox_id in sent_in}
        for row in [row for row in standings if row.is_snoozed and row.message_id in sent]:
            self.board.remove(row)
            self.left.append(row)


def _existing(merged: Mapping[int, int], names: Mapping[int, int]) -> dict[int, int]:
    """Keep the merges of conversations that had rows already; each to the one that is left in the end."""
    found = {}
    for source in merged:
        target = source
        while target in merged:
            target = merged[target]
        if source > 0:
            found[source] = names.get(target, target)
    return found


def _standing(copy: Copy, mailbox_id: int, uid: int) -> Standing:
    placement, digest = copy.placement, copy.source.new.digest
    flags: dict[str, Any] = dict.fromkeys(system_columns(placement.flags), True)
    return Standing(
        id=0,
        account_id=placement.account_id,
        mailbox_id=mailbox_id,
        uid=uid,
        message_id=copy.message_id,
        thread_id=copy.thread,
        size=copy.size,
        received_at=placement.received_at,
        from_name=storable(digest.from_name),
        from_address=storable(digest.from_address),
        has_attachment=digest.has_attachment,
        keywords=keywords_of(placement.flags),
        **flags,
    )


def _terms(copy: Copy) -> list[str]:
    placement = copy.placement
    return [
        *copy.source.packed.terms,
        *index_terms.of_copy(copy.size, placement.received_at, placement.prefix),
    ]


def _message_row(copy: Copy, blob_ids: Mapping[bytes, int]) -> tuple[object, ...]:
    placement, digest = copy.placement, copy.source.new.digest
    return (
        copy.message_id,
        placement.account_id,
        copy.thread,
        blob_ids[copy.source.packed.blob.sha256],
        placement.prefix,
        copy.size,
        storable(digest.message_id)[:500],
        storable(digest.subject),
        storable(digest.from_name)[:1000],
        storable(digest.from_address)[:1000],
        storable(digest.to_text),
        digest.sent_at,
        placement.received_at,
        storable(digest.preview)[:300],
        digest.has_attachment,
        copy.source.packed.envelope,
        copy.source.packed.structure,
    )
