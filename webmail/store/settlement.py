"""Write what a change came to: conversations, their rows in the lists, and the mailbox counters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from webmail.models import Mailbox, MailboxThread, Thread

from . import sql
from .change import Change
from .summary import MailboxSummary, ThreadSummary

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = MailboxSummary()
_THREAD_COLUMNS = (
    "senders",
    "message_count",
    "unseen_count",
    "flagged_count",
    "draft_count",
    "has_attachment",
    "latest_received_at",
    "latest_message_id",
    "listed",
    "modseq",
)
_COUNTERS = ("uid_next", "message_count", "unseen_count", "size", "thread_count", "unseen_thread_count")


@dataclass(slots=True)
class MailboxState:
    """A mailbox as the change finds it; `uid_next` moves with the uids given out."""

    id: int
    account_id: int
    role: str
    path: str
    uid_next: int
    uids_given: int = 0

    def next_uid(self) -> int:
        """Give out the next uid: they rise and never return (RFC 9051 §2.3.1.1)."""
        uid = self.uid_next + self.uids_given
        self.uids_given += 1
        return uid


@dataclass(slots=True)
class Settlement:
    """Each conversation of a change before and after, and the mailboxes touched with their accounts."""

    change: Change
    account_of: Mapping[int, int]
    subjects: Mapping[int, str]
    before: Mapping[int, ThreadSummary]
    after: Mapping[int, ThreadSummary]
    mailboxes: Mapping[int, MailboxState]
    touched: Mapping[int, int]

    def insert_threads(self) -> None:
        """Write the rows of the new conversations, counts included, before anything refers to them."""
        rows = [
            (thread, self.account_of[thread], subject, *self._thread_row(thread))
            for thread, subject in self.subjects.items()
        ]
        sql.insert(Thread, ["id", "account_id", "subject", *_THREAD_COLUMNS], rows)

    def write(self) -> None:
        """Write the rows of the older conversations, the lists, and the mailbox counters."""
        older = [thread for thread in self.after if thread not in self.subjects]
        rows = [(thread, *self._thread_row(thread)) for thread in older]
        sql.update(Thread, ["id", *_THREAD_COLUMNS], rows)
        self._write_lists()
        self._write_mailboxes()

    def _thread_row(self, thread: int) -> tuple[object, ...]:
        summary = self.after[thread]
        return (
            summary.senders,
            summary.message_count,
            summary.unseen_count,
            summary.flagged_count,
            summary.draft_count,
            summary.has_attachment,
            summary.latest_received_at or self.before[thread].latest_received_at or _LONG_AGO,
            summary.latest_message_id,
            summary.listed,
            self.change.modseq(self.account_of[thread]),
        )

    def _differences(self) -> Iterator[tuple[int, int, MailboxSummary, MailboxSummary]]:
        """Yield (thread, mailbox, before, after) where a conversation stood or stands."""
        for thread, summary in self.after.items():
            before = self.before[thread].mailboxes
            for mailbox in before.keys() | summary.mailboxes.keys():
                yield thread, mailbox, before.get(mailbox, _NOTHING), summary.mailboxes.get(mailbox, _NOTHING)

    def _write_lists(self) -> None:
        rows, gone = [], []
        for thread, mailbox, before, after in self._differences():
            if not after.message_count:
                gone.append((thread, mailbox))
            elif after != before:
                account = self.account_of[thread]
                rows.append((account, mailbox, thread, *_list_row(after), self.change.modseq(account)))
        sql.delete(MailboxThread, ["thread_id", "mailbox_id"], gone)
        columns = [
            *("latest_received_at", "latest_message_id", "message_count", "unseen_count"),
            *("pinned", "snoozed_until", "modseq"),
        ]
        keys = ["mailbox_id", "thread_id"]
        sql.insert(MailboxThread, ["account_id", *keys, *columns], rows, unique=keys, update=columns)

    def _write_mailboxes(self) -> None:
        deltas = {mailbox: [self._uids_given(mailbox), 0, 0, 0, 0, 0] for mailbox in self.touched}
        for _, mailbox, before, after in self._differences():
            if mailbox not in deltas:
                continue
            delta = deltas[mailbox]
            delta[1] += after.message_count - before.message_count
            delta[2] += after.unseen_count - before.unseen_count
            delta[3] += after.size - before.size
            delta[4] += bool(after.message_count) - bool(before.message_count)
            delta[5] += bool(after.unseen_count) - bool(before.unseen_count)
        rows = [
            (mailbox, *deltas[mailbox], self.change.modseq(self.touched[mailbox]))
            for mailbox in sorted(self.touched)
        ]
        sql.update(Mailbox, ["id", *_COUNTERS, "highest_modseq"], rows, add=_COUNTERS)

    def _uids_given(self, mailbox: int) -> int:
        return self.mailboxes[mailbox].uids_given if mailbox in self.mailboxes else 0


def _list_row(summary: MailboxSummary) -> tuple[object, ...]:
    return (
        summary.latest_received_at,
        summary.latest_message_id,
        summary.message_count,
        summary.unseen_count,
        summary.pinned,
        summary.snoozed_until,
    )
