"""The Inbox as a maildrop: open for one session at a time, and what is deleted there.

Who has it open is a row with an end, and holds on to it: as well on either database, on any machine, and
when a process dies nobody has to clean up.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import batched
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from webmail.models import MailboxMessage, MaildropLease, Role, WithheldMessage

from . import columns, copy, expunge, queries, sql
from .change import Change

LEASE: Final = timedelta(minutes=1)
_BATCH: Final = 2000


class MaildropBusyError(Exception):
    """Another session has it open."""


class LeaseLostError(Exception):
    """The session was silent for too long, and another one may have it open."""


def hold(account_id: int) -> str:
    """Open the maildrop of an account for LEASE; the token of who has. Raises MaildropBusyError."""
    now, token = timezone.now(), uuid4().hex
    taken = sql.run(
        "INSERT INTO webmail_maildroplease AS l (account_id, token, leased_until) VALUES (%s, %s, %s)"
        " ON CONFLICT (account_id) DO UPDATE SET token = excluded.token, leased_until = excluded.leased_until"
        " WHERE l.leased_until < %s RETURNING token",
        [account_id, token, columns.parameter(now + LEASE), columns.parameter(now)],
    )
    if not taken:
        raise MaildropBusyError
    return token


def hold_on(tokens: Collection[str]) -> None:
    """Keep these open for LEASE from now on: one statement."""
    MaildropLease.objects.filter(token__in=tokens).update(leased_until=timezone.now() + LEASE)


def let_go(token: str) -> None:
    """Leave the maildrop to others; nothing where it is already."""
    MaildropLease.objects.filter(token=token).delete()


def delete(account_id: int, token: str, message_ids: Sequence[int]) -> None:
    """Take messages out of the Inbox, all or none, and let go. Raises LeaseLostError.

    They go to Trash, but for those that stand under a label, too: there they stay.
    """
    with Change([account_id]):
        _end(token)
        inbox_id = queries.mailbox_by_role(account_id, Role.INBOX)
        trash_id = queries.mailbox_by_role(account_id, Role.TRASH)
        for batch in batched(message_ids, _BATCH, strict=False):
            elsewhere = _standing_elsewhere(batch, inbox_id)
            copy.move_messages(account_id, [key for key in batch if key not in elsewhere], inbox_id, trash_id)
            expunge.expunge(account_id, inbox_id, elsewhere)


def withhold(app_password_id: int, token: str, message_ids: Sequence[int]) -> None:
    """Delete nothing, but show these to the program of an app password no more, and let go.

    Raises LeaseLostError.
    """
    with transaction.atomic():
        _end(token)
        rows = [(app_password_id, key) for key in message_ids]
        sql.insert(
            WithheldMessage,
            ["app_password_id", "message_id"],
            rows,
            unique=["app_password_id", "message_id"],
        )


def _end(token: str) -> None:
    """Let go, as the first thing of a change: the row is locked until the change is done."""
    if not MaildropLease.objects.filter(token=token).delete()[0]:
        raise LeaseLostError


def _standing_elsewhere(message_ids: Collection[int], mailbox_id: int) -> set[int]:
    """Which of these stand in another mailbox, too (index of the foreign key to the message)."""
    rows = MailboxMessage.objects.filter(message_id__in=message_ids).exclude(mailbox_id=mailbox_id)
    return set(rows.values_list("message_id", flat=True))
