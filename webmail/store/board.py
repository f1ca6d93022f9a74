"""The conversations a change touches: read once, altered in memory, written back with every counter.

Mailbox counters move by the difference of two summaries of the same conversation, before and after, so a verb
only says what stands where and can't miscount.
"""

from collections.abc import Collection, Iterable
from typing import Any

from webmail.models import MailboxMessage, Role

from . import sql
from .change import Change
from .settlement import MailboxState, Settlement
from .summary import Standing, ThreadSummary, summarise

STANDING_FIELDS = (
    "id",
    "account_id",
    "mailbox_id",
    "uid",
    "message_id",
    "thread_id",
    "size",
    "received_at",
    "message__from_name",
    "message__from_address",
    "message__has_attachment",
    "seen",
    "answered",
    "flagged",
    "draft",
    "deleted",
    "keywords",
    "pinned",
    "snoozed_until",
    "surfaced_at",
)


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
        rows = MailboxMessage.objects.filter(thread_id__in=list(wanted)).order_by("thread_id", "id")
        for row in rows.values_list(*STANDING_FIELDS):
            self.standings[row[5]].append(Standing(*row))
        for thread in wanted:
            self._before[thread] = summarise(self.standings[thread], self._hidden)

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
        """Note that something changed in the mailbox of this placement."""
        self.touched[standing.mailbox_id] = standing.account_id

    def merge(self, source: int, target: int) -> None:
        """Carry all placements of one conversation to another; the rows are `threads.merge`'s to change."""
        for standing in self.standings[source]:
            standing.thread_id = target
            self.touch(standing)
        self.standings[target] += self.standings[source]
        self.standings[source] = []

    def settle(self) -> Settlement:
        """Sum up before and after; what follows writes the difference."""
        after = {thread: summarise(rows, self._hidden) for thread, rows in self.standings.items()}
        return Settlement(
            change=self.change,
            account_of=self._account_of,
            subjects=self._new,
            before=self._before,
            after=after,
            mailboxes=self.mailboxes,
            touched=self.touched,
        )
