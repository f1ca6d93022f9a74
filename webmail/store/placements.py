"""Messages put into mailboxes and taken out, within one change."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from webmail.models import ExpungedMessage, MailboxMessage, Message

from . import columns, sql
from .board import Board
from .change import Change
from .summary import Standing

_COLUMNS = (
    "account_id",
    "mailbox_id",
    "uid",
    "message_id",
    "thread_id",
    "size",
    "received_at",
    "saved_at",
    "seen",
    "answered",
    "flagged",
    "draft",
    "deleted",
    "keywords",
    "pinned",
    "snoozed_until",
    "surfaced_at",
    "created_modseq",
    "modseq",
)
_FLAG_COLUMNS = ("seen", "answered", "flagged", "draft", "deleted", "keywords")
# What belongs to a placement, not to its message: one that is put elsewhere begins without.
_OWN_COLUMNS = ("pinned", "snoozed_until", "surfaced_at")
_MESSAGES = (
    "SELECT account_id, id, thread_id, size, received_at, from_name, from_address, has_attachment"
    " FROM webmail_message"
)
_EXPUNGED_COLUMNS = ("account_id", "mailbox_id", "uid", "message_key", "thread_key", "modseq", "expunged_at")


class Placements:
    """What stands where of some messages; altered in memory, written by `save`.

    They are of one account, or of any that the change holds (None). Of what stays in its place only
    `columns` may be altered: each that is written costs its indexes, though it stay as it is.
    """

    def __init__(
        self,
        change: Change,
        account_id: int | None,
        message_ids: Collection[int],
        columns: Collection[str] = (*_FLAG_COLUMNS, *_OWN_COLUMNS),
    ) -> None:
        self.change = change
        self._columns = sorted(columns)
        self.board = Board(change)
        self.board.load_mailboxes()
        owners = change.account_ids if account_id is None else [account_id]
        self.board.load_threads_of(message_ids, owners)
        wanted = set(message_ids)
        self._of: dict[int, list[Standing]] = {}
        for thread in self.board.standings.values():
            for standing in thread:
                if standing.message_id in wanted:
                    self._of.setdefault(standing.message_id, []).append(standing)
        self._templates = {key: _bare(rows[0]) for key, rows in self._of.items()}
        for orphan in _orphans(wanted - self._of.keys(), owners):
            self._templates[orphan.message_id] = orphan
            self._of[orphan.message_id] = []
        self.board.load_threads({row.thread_id: row.account_id for row in self._templates.values()})
        self._stood = {key for key, standings in self._of.items() if standings}
        self._placed: list[Standing] = []
        self._removed: list[Standing] = []
        self._changed: dict[int, Standing] = {}

    def __iter__(self) -> Iterator[int]:
        """Message ids that the account has, in order."""
        return iter(sorted(self._of))

    def of(self, message_id: int) -> list[Standing]:
        """Where a message stands."""
        return list(self._of[message_id])

    def at(self, message_id: int, mailbox_id: int) -> Standing | None:
        """Find the placement of a message in one mailbox."""
        return next((row for row in self._of[message_id] if row.mailbox_id == mailbox_id), None)

    def place(self, message_id: int, mailbox_id: int, like: Standing | None = None) -> Standing | None:
        """Stand a message in a mailbox; None when it stands there.

        Its flags are those it has elsewhere, else those of `like`: one message, one set of flags.
        """
        if self.at(message_id, mailbox_id):
            return None
        state = self.board.mailbox(self._templates[message_id].account_id, mailbox_id)
        source = next(iter(self._of[message_id]), None) or like or self._templates[message_id]
        flags = {name: getattr(source, name) for name in _FLAG_COLUMNS if name != "deleted"}
        new = replace(
            self._templates[message_id],
            mailbox_id=mailbox_id,
            uid=state.next_uid(),
            **flags,
        )
        self.board.add(new)
        self._of[message_id].append(new)
        self._placed.append(new)
        return new

    def remove(self, standing: Standing) -> None:
        """Take a message out of a mailbox."""
        self.board.remove(standing)
        self._of[standing.message_id].remove(standing)
        self._removed.append(standing)

    def changed(self, standing: Standing) -> None:
        """Note that a placement was altered."""
        self.board.touch(standing)
        if standing.id:
            self._changed[standing.id] = standing

    def save(self) -> dict[int, dict[int, int]]:
        """Write it all; the uids given out: mailbox id -> message id -> uid."""
        if not (self._placed or self._removed or self._changed):
            return {}
        insert(self._placed, self.change)
        delete(self._removed, self.change)
        self._save_changed()
        self._save_orphans()
        self.board.settle().write()
        uids: dict[int, dict[int, int]] = {}
        for row in self._placed:
            uids.setdefault(row.mailbox_id, {})[row.message_id] = row.uid
        return uids

    def _save_changed(self) -> None:
        rows = [
            (row.id, *(getattr(row, column) for column in self._columns), self.change.modseq(row.account_id))
            for row in self._changed.values()
        ]
        sql.update(MailboxMessage, ["id", *self._columns, "modseq"], rows)

    def _save_orphans(self) -> None:
        """Mark the messages that stand nowhere now, and unmark those that came back."""
        standing = {key for key, rows in self._of.items() if rows}
        gone, back = self._stood - standing, standing - self._stood
        if gone:
            Message.objects.filter(pk__in=gone).update(orphaned_at=self.change.now)
        if back:
            Message.objects.filter(pk__in=back).update(orphaned_at=None)
        sizes: Counter[int] = Counter()
        for keys, sign in ((back, 1), (gone, -1)):
            for key in keys:
                sizes[self._templates[key].account_id] += sign * self._templates[key].size
        for account_id, size in sizes.items():
            self.change.grow(account_id, size)


def _bare(row: Standing) -> Standing:
    """What any placement of its message has."""
    return Standing(
        0,
        row.account_id,
        0,
        0,
        row.message_id,
        row.thread_id,
        row.size,
        row.received_at,
        row.from_name,
        row.from_address,
        row.has_attachment,
    )


def _orphans(message_ids: Collection[int], account_ids: Collection[int]) -> Iterator[Standing]:
    """Read messages that stand nowhere, as far as they are of these accounts."""
    if not message_ids:
        return
    condition, parameters = sql.among("id", message_ids)
    rows = sql.read(f"{_MESSAGES} WHERE {condition}", parameters)
    for owner, key, thread, size, received_at, name, address, has_attachment in rows:
        if owner in account_ids:
            moment, has_file = columns.moment(received_at), bool(has_attachment)
            yield Standing(0, owner, 0, 0, key, thread, size, moment, name, address, has_file)


def insert(placed: Sequence[Standing], change: Change) -> None:
    """Write new placements."""
    sql.insert(MailboxMessage, _COLUMNS, [_row(new, change) for new in placed])


def delete(removed: Sequence[Standing], change: Change) -> None:
    """Delete placements, and remember that they were there."""
    sql.delete(MailboxMessage, ["id"], [(row.id,) for row in removed])
    gone = [
        (
            *(row.account_id, row.mailbox_id, row.uid, row.message_id, row.thread_id),
            *(change.modseq(row.account_id), change.now),
        )
        for row in removed
    ]
    sql.insert(ExpungedMessage, _EXPUNGED_COLUMNS, gone)


def _row(new: Standing, change: Change) -> tuple[object, ...]:
    modseq = change.modseq(new.account_id)
    return (
        new.account_id,
        new.mailbox_id,
        new.uid,
        new.message_id,
        new.thread_id,
        new.size,
        new.received_at,
        change.now,
        *_flags(new),
        *_own(new),
        modseq,
        modseq,
    )


def _flags(row: Standing) -> tuple[object, ...]:
    return row.seen, row.answered, row.flagged, row.draft, row.deleted, row.keywords


def _own(row: Standing) -> tuple[object, ...]:
    return row.pinned, row.snoozed_until, row.surfaced_at
