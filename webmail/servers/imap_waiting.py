"""Scheduled and the Outbox in mail programs: what is deleted or moved to Drafts or Trash is not sent."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from mailserver.imap.backend import Mailbox
from mailserver.imap.replies import No
from webmail.delivery import withdraw
from webmail.models import Role

_TARGETS = {Role.DRAFTS.value: Role.DRAFTS, Role.TRASH.value: Role.TRASH}


def expunge(account_id: int, mailbox: Mailbox, uids: Collection[int] | None) -> None:
    """Cancel what is flagged as deleted."""
    delete = withdraw.delete_owed if mailbox.role == Role.OUTBOX else withdraw.delete_scheduled
    with _said():
        delete(account_id, mailbox.key, uids)


def move(
    account_id: int, mailbox: Mailbox, uids: Sequence[int], target: Mailbox
) -> tuple[int, list[tuple[int, int]]]:
    """Cancel letters and move them, as `Folder.move`."""
    role = _TARGETS.get(target.role)
    if role is None:
        raise No("A letter that waits can go to Drafts or Trash only, and is cancelled so", "CANNOT")
    to = withdraw.move_owed if mailbox.role == Role.OUTBOX else withdraw.move_scheduled
    with _said():
        return target.uid_validity, to(account_id, mailbox.key, uids, target.key, role)


@contextmanager
def _said() -> Iterator[None]:
    """Say in IMAP's words that it is too late."""
    try:
        yield
    except withdraw.TooLateError as refusal:
        raise No(str(refusal), "INUSE") from None
