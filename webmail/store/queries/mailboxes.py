"""The mailboxes of an account, with their counts."""

from collections.abc import Collection
from typing import NamedTuple

from webmail.models import Mailbox, Role, Unit

from .. import sql

_ROLES = (
    *(Role.INBOX, Role.SCREENER, Role.SNOOZED, Role.DRAFTS, Role.SENT, Role.OUTBOX, Role.SCHEDULED),
    *(Role.ARCHIVE, Role.JUNK, Role.TRASH, Role.NONE),
)
BINS = f"('{Role.JUNK}', '{Role.TRASH}')"
"""The roles of the bins, as a list of SQL."""
_ORDER = {role.value: place for place, role in enumerate(_ROLES)}


class MailboxRow(NamedTuple):
    """A folder or label as the sidebar shows it."""

    id: int
    path: str
    role: str
    color: str
    shown: str
    message_count: int
    unseen_count: int
    thread_count: int
    unseen_thread_count: int
    highest_modseq: int

    @property
    def name(self) -> str:
        """The last level of its path."""
        return self.path.rpartition("/")[2]

    def count(self, unit: str) -> int:
        """How many conversations, or messages, stand in it."""
        return self.message_count if unit == Unit.MESSAGE else self.thread_count

    def unseen(self, unit: str) -> int:
        """How many of them are unread."""
        return self.unseen_count if unit == Unit.MESSAGE else self.unseen_thread_count

    @property
    def level(self) -> int:
        """How deep it stands: 0 at the top."""
        return self.path.count("/")


_LIST = f"SELECT {', '.join(MailboxRow._fields)} FROM webmail_mailbox WHERE account_id = %s"


def mailbox_list(account_id: int) -> list[MailboxRow]:
    """All mailboxes of an account, those with a role first (constraint mailbox_path): one statement."""
    rows = [MailboxRow(*values) for values in sql.read(_LIST, [account_id])]
    # Level by level: as one text "Work 2" would stand between "Work" and "Work/Plans".
    return sorted(rows, key=lambda row: (_ORDER[row.role], row.path.casefold().split("/"), row.id))


def mailbox_by_role(account_id: int, role: str) -> int:
    """Find the mailbox of an account that has a role (constraint mailbox_role)."""
    return Mailbox.objects.values_list("pk", flat=True).get(account_id=account_id, role=role)


def mailboxes_named(asked: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Find own labels by account and name, in whatever case; the constraint mailbox_path serves it."""
    rows = Mailbox.objects.filter(account_id__in={account_id for account_id, _ in asked}, role="")
    names = {
        (account_id, path.casefold()): key
        for account_id, path, key in rows.values_list("account_id", "path", "pk")
    }
    return {each: names[found] for each in asked if (found := (each[0], each[1].casefold())) in names}


def mailbox_by_path(account_id: int, path: str) -> int | None:
    """Find a mailbox by its path (constraint mailbox_path)."""
    return Mailbox.objects.filter(account_id=account_id, path=path).values_list("pk", flat=True).first()
