"""The queue: what is owed to whom, held, tried again, put off, cancelled."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from mailserver.message.address import domain_of
from mailserver.smtp.envelope import NO_WISHES, Wishes
from webmail.models import Account, OutboundMessage, OutboundRecipient, RecipientState
from webmail.store.change import Change

from . import destination, outbox

STOPPABLE = (RecipientState.WAITING, RecipientState.PARKED)


def new_recipient(
    message: OutboundMessage,
    address: str,
    due_at: datetime,
    wishes: Wishes = NO_WISHES,
    priority: int = 0,
) -> OutboundRecipient:
    """One recipient of a message, as it begins; not written yet."""
    return OutboundRecipient(
        message=message,
        address=address,
        original_address=wishes.original_address[:320],
        notify=wishes.notify,
        domain=domain_of(address),
        state=RecipientState.WAITING,
        next_attempt_at=due_at,
        priority=priority,
    )


def cancel(
    account_id: int | None, outbound_id: int, recipient_id: int | None = None
) -> list[tuple[str, bool]]:
    """Stop what has not left yet, for all or one; tells for each recipient whether it was still in time."""
    message = owned(account_id, outbound_id)
    with changing([account_id]):
        told = stop(message, recipient_id)
        if account_id is not None and message.sent_message_id is not None:
            outbox.leave([account_id], [message.sent_message_id])
        return told


def stop(message: OutboundMessage, recipient_id: int | None = None) -> list[tuple[str, bool]]:
    """Do what `cancel` does, but for the Outbox; call it within `changing` of its account."""
    rows = _of(message, recipient_id)
    stopped = _cancel_waiting(rows)
    return [(row.address, row.pk in stopped) for row in rows.order_by("pk")]


def cancel_untouched(message: OutboundMessage) -> bool:
    """Cancel a message of which nothing has left or was tried; else change nothing and return False.

    Call it within `changing` of its account: against a worker's claim there is one winner.
    """
    return is_untouched(message) and bool(_cancel_waiting(message.recipients.all()))


def is_untouched(message: OutboundMessage) -> bool:
    """Tell whether nothing of a message has left or was tried; call it as `cancel_untouched`."""
    rows = message.recipients.select_for_update()
    return all(row.state == RecipientState.WAITING and not row.attempt_count for row in rows)


def is_cancelled(message: OutboundMessage) -> bool:
    """Tell whether nobody has a message, or will have it, or has refused it."""
    return not message.recipients.exclude(state=RecipientState.CANCELLED).exists()


def put_off(message: OutboundMessage, until: datetime) -> list[str]:
    """Let all that waits of an untouched message go at another time; returns the domains it goes to."""
    message.recipients.update(next_attempt_at=until, modseq=account_modseq())
    return sorted(set(message.recipients.values_list("domain", flat=True)))


def retry_now(account_id: int | None, outbound_id: int, recipient_id: int | None = None) -> list[str]:
    """Make what waits, is held or parked due at once, of all or one; returns whom to kick for it."""
    message = owned(account_id, outbound_id)
    with changing([account_id]):
        OutboundMessage.objects.filter(pk=message.pk).update(hold_until=None)
        rows = _of(message, recipient_id).filter(state__in=STOPPABLE)
        domains = sorted(set(rows.values_list("domain", flat=True)))
        rows.update(
            state=RecipientState.WAITING,
            next_attempt_at=timezone.now(),
            fault_count=0,
            modseq=account_modseq(),
        )
        destination.try_again(domains)
        return domains


release = retry_now
"""Letting go of a held message is trying it now."""


def hold(account_id: int | None, outbound_id: int) -> int:
    """Keep a message back until it is released; returns how many recipients' copies are kept."""
    message = owned(account_id, outbound_id)
    with changing([account_id]):
        OutboundMessage.objects.filter(pk=message.pk).update(hold_until=None)
        rows = message.recipients.filter(state=RecipientState.WAITING)
        return rows.update(next_attempt_at=None, modseq=account_modseq())


def with_corrections(message: OutboundMessage) -> list[OutboundMessage]:
    """Name all that goes out of one sent message: itself, and what was sent again to corrected addresses."""
    if message.sent_message_id is None:
        return [message]
    rows = OutboundMessage.objects.filter(account=message.account_id, sent_message=message.sent_message_id)
    return list(rows.order_by("pk"))


def owned(account_id: int | None, outbound_id: int) -> OutboundMessage:
    """Open an outbound message through its owner; raises OutboundMessage.DoesNotExist."""
    message = OutboundMessage.objects.get(pk=outbound_id)
    if message.account_id != account_id:
        raise OutboundMessage.DoesNotExist
    return message


def of_recipient(account_id: int | None, recipient_id: int) -> OutboundMessage:
    """Open the message of a recipient through its owner; raises OutboundMessage.DoesNotExist."""
    return OutboundMessage.objects.get(recipients=recipient_id, account=account_id)


@contextmanager
def changing(account_ids: Iterable[int | None]) -> Iterator[Mapping[int, int]]:
    """Begin a transaction that changes states: the accounts' modseqs are raised first, and told on commit.

    Gives the modseq that each account has in it.
    """
    known = {account_id for account_id in account_ids if account_id is not None}
    if not known:
        with transaction.atomic():
            yield {}
        return
    with Change(known) as change:
        yield change.modseqs


def _of(message: OutboundMessage, recipient_id: int | None) -> QuerySet[OutboundRecipient]:
    """Name the recipients that are meant: one of them, or all."""
    rows = OutboundRecipient.objects.filter(message=message)
    return rows if recipient_id is None else rows.filter(pk=recipient_id)


def _cancel_waiting(found: QuerySet[OutboundRecipient]) -> set[int]:
    rows = found.filter(state__in=STOPPABLE)
    stopped = set(rows.select_for_update().values_list("pk", flat=True))
    rows.filter(pk__in=stopped).update(
        state=RecipientState.CANCELLED,
        next_attempt_at=None,
        finished_at=timezone.now(),
        modseq=account_modseq(),
    )
    return stopped


def account_modseq() -> Coalesce:
    """Write the modseq that the account has in this transaction into a recipient's row."""
    account = Account.objects.filter(outbound__recipients=OuterRef("pk")).values("modseq")[:1]
    return Coalesce(Subquery(account), 0)
