"""The conversations a change touches: read once, altered in memory, written back with every counter.

Mailbox counters move by the difference of two summaries of the same conversation, before and after, so a verb
only says what stands where and can't miscount.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from webmail.models import Role

from . import columns, sql
from .change import Change
from .settlement import MailboxState, Settlement
from .summary import Standing, ThreadSummary, summarise

# In the order of `Standing`. Not through the ORM, which takes longer than all the counting.
_STANDINGS = (
    "SELECT p.id, p.account_id, p.mailbox_id, p.uid, p.message_id, p.thread_id, p.size, p.received_at,"
    " m.from_name, m.from_address, m.has_attachment, p.seen, p.answered, p.flagged, p.draft, p.deleted,"
    " p.keywords, p.pinned, p.snoozed_until, p.surfaced_at"
    " FROM webmail_mailboxmessage p JOIN webmail_message m ON m.id = p.message_id"
)
_TIMES = (7, 18, 19)
_TRUTHS = (10, 11, 12, 13, 14, 15, 17)


def standings_of(threads: Collection[int]) -> Iterator[Standing]:
    """Read all placements of conversations, the oldest first (index placement_of_thread)."""
    return _standings(*sql.among("p.thread_id", threads))


def _standings(condition: str, parameters: Sequence[Any]) -> Iterator[Standing]:
    for row in sql.read(f"{_STANDINGS} WHERE {condition} ORDER BY p.id", parameters):
        values = list(row)
        for position in _TIMES:
            if values[position]:
                values[position] = columns.moment(values[position])
        for position in _TRUTHS:
            values[position] = bool(values[position])
        yield Standing(*values)


class UnknownMailboxError(LookupError):
    """A mailbox doesn't exist (any more), or belongs to another account."""


class Board:
    """What stands where, for the conversations of one change."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.mailboxes: dict[int, MailboxState] = {}
        self.standings: dict[int, list[Standing]] = {}
        self.touched: dict[int, int] = {}
        self._hidden: set[int] = set()
        self._altered: set[int] = set()
        self._before: dict[int, ThreadSummary] = {}
        self._account_of: dict[int, int] = {}
        self._new: dict[int, str] = {}

    def load_mailboxes(self) -> None:
        """Read all mailboxes of the accounts of the change."""
        self.ask_mailboxes()()

    def ask_mailboxes(self, mailbox_ids: Collection[int] | None = None) -> sql.Answer[None]:
        """Ask for the mailboxes of the accounts of the change: all, or those with a role and those named."""
        # Not through the ORM: each delivery asks, and it took longer to make the statement than to run it.
        condition, parameters = sql.among("account_id", self.change.account_ids)
        if mailbox_ids is not None:
            named, keys = sql.among("id", mailbox_ids)
            condition, parameters = f"{condition} AND (role <> '' OR {named})", [*parameters, *keys]
        rows = sql.ask(
            f"SELECT id, account_id, role, path, uid_next FROM webmail_mailbox WHERE {condition}",
            parameters,
        )
        return lambda: self._take_mailboxes(rows(), mailbox_ids or ())

    def _take_mailboxes(self, rows: Iterable[tuple[Any, ...]], wanted: Collection[int]) -> None:
        for row in rows:
            self.mailboxes[row[0]] = MailboxState(*row)
            if row[2] in (Role.JUNK, Role.TRASH):
                self._hidden.add(row[0])
        missing = set(wanted) - self.mailboxes.keys()
        if missing:
            raise UnknownMailboxError(f"no mailbox {sorted(missing)}")

    def mailbox(self, account_id: int, mailbox_id: int) -> MailboxState:
        """Find a loaded mailbox of an account."""
        state = self.mailboxes.get(mailbox_id)
        if state is None or state.account_id != account_id:
            raise UnknownMailboxError(f"account {account_id} has no mailbox {mailbox_id}")
        return state

    def role(self, account_id: int, role: str) -> MailboxState:
        """Find the mailbox of an account that has a role."""
        for state in self.mailboxes.values():
            if state.account_id == account_id and state.role == role:
                return state
        raise UnknownMailboxError(f"account {account_id} has no mailbox for {role}")

    def load_threads(self, threads: dict[int, int]) -> None:
        """Read all placements of these conversations, account by thread id."""
        wanted = {thread: account for thread, account in threads.items() if thread not in self.standings}
        if not wanted:
            return
        for thread, account in wanted.items():
            self.standings[thread] = []
            self._account_of[thread] = account
        for standing in standings_of(wanted):
            self.standings[standing.thread_id].append(standing)
        for thread in wanted:
            self._before[thread] = summarise(self.standings[thread], self._hidden)

    def load_threads_of(self, message_ids: Collection[int], account_ids: Collection[int]) -> None:
        """Read all placements of the conversations of these messages, if they are of these accounts."""
        named, keys = sql.among("id", message_ids)
        owned, owners = sql.among("account_id", account_ids)
        threads = f"SELECT thread_id FROM webmail_message WHERE {named} AND {owned}"
        for standing in _standings(f"p.thread_id IN ({threads})", [*keys, *owners]):
            self.standings.setdefault(standing.thread_id, []).append(standing)
            self._account_of[standing.thread_id] = standing.account_id
        for thread, standings in self.standings.items():
            self._before[thread] = summarise(standings, self._hidden)

    def new_thread(self, thread_id: int, account_id: int, subject: str) -> None:
        """Begin a conversation; its row is written by `Settlement.insert_threads`."""
        self.standings[thread_id] = []
        self._before[thread_id] = ThreadSummary()
        self._account_of[thread_id] = account_id
        self._new[thread_id] = subject

    def add(self, standing: Standing) -> None:
        """Stand a message in a mailbox."""
        self.standings[standing.thread_id].append(standing)
        self.touch(standing)

    def remove(self, standing: Standing) -> None:
        """Take a placement away."""
        self.standings[standing.thread_id].remove(standing)
        self.touch(standing)

    def touch(self, standing: Standing) -> None:
        """Note that something changed in the mailbox and the conversation of this placement."""
        self.touched[standing.mailbox_id] = standing.account_id
        self._altered.add(standing.thread_id)

    def merge(self, source: int, target: int) -> None:
        """Carry all placements of one conversation to another; the rows are `threads.merge`'s to change."""
        self._altered |= {source, target}
        for standing in self.standings[source]:
            standing.thread_id = target
            self.touch(standing)
        self.standings[target] += self.standings[source]
        self.standings[source] = []

    def settle(self) -> Settlement:
        """Sum up before and after; what follows writes the difference."""
        altered = self._altered | self._new.keys()
        return Settlement(
            change=self.change,
            account_of=self._account_of,
            subjects=self._new,
            before=self._before,
            after={thread: summarise(self.standings[thread], self._hidden) for thread in altered},
            mailboxes=self.mailboxes,
            touched=self.touched,
        )
