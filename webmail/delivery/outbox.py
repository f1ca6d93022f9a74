"""The Outbox: what was sent stands there, beside Sent, as long as it is owed to anybody."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from webmail.models import MailboxMessage, OutboundRecipient, RecipientState, Role
from webmail.store import copy, expunge, mailboxes
from webmail.store.change import Change

OPEN = (RecipientState.WAITING, RecipientState.SENDING, RecipientState.PARKED)
"""The states of who is still owed a message."""


def ensure(change: Change, account_id: int) -> int:
    """Find the Outbox of an account, which has one from its first letter on."""
    return mailboxes.ensure(change, account_id, "Outbox", Role.OUTBOX)


def enter(account_id: int, message_ids: Collection[int]) -> None:
    """Put in what is owed and stands in Sent already."""
    owed = _owed(message_ids)
    if owed:
        with Change([account_id]) as change:
            copy.copy_messages(account_id, owed, ensure(change, account_id))


def leave(account_ids: Collection[int], message_ids: Collection[int]) -> None:
    """Take out what nobody is owed any more; call it in the change that ended it. One query when nothing is.

    Messages are found by their keys (index of the foreign key to the message, outbound_by_sent_message).
    """
    standing = MailboxMessage.objects.filter(message_id__in=message_ids, mailbox__role=Role.OUTBOX)
    done = list(standing.exclude(Exists(_open("message"))).values_list("message_id", flat=True))
    if done:
        expunge.take_from_role(account_ids, done, Role.OUTBOX)


def _owed(message_ids: Collection[int]) -> list[int]:
    rows = OutboundRecipient.objects.filter(message__sent_message__in=message_ids, state__in=OPEN)
    return sorted(set(rows.values_list("message__sent_message", flat=True)))


def _open(message: str) -> QuerySet[OutboundRecipient]:
    return OutboundRecipient.objects.filter(message__sent_message=OuterRef(message), state__in=OPEN)
