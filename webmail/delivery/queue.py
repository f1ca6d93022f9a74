"""The queue: claim what is due under a lease, record what became of it, hold, retry, cancel.

The row is the truth. A claim is a guarded UPDATE that leaves its token in the rows; a worker that was paused
past its lease finds the token gone, or the row waiting again, and its result is refused.
"""

import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from webmail.models import Account, DeliveryAttempt, OutboundMessage, OutboundRecipient, RecipientState
from webmail.store.change import Change

from . import schedule
from .owed import Claim, Owed, Parcel, Result

logger = logging.getLogger(__name__)

CLAIM_ROWS = 200
"""Recipients that one claim takes at most; the same connection goes on with the next claim."""
MAX_CONNECTIONS = 5
"""Claims of one destination that run at once."""
_TRIES_AT_ONCE = 2
"""So often a lost worker's mail goes again without a pause; then it may be the mail that kills workers."""


@dataclass(frozen=True, slots=True)
class Due:
    """How much is due at a destination, and since when."""

    count: int
    since: datetime


def due(now: datetime) -> tuple[dict[str, Due], bool]:
    """Find what is due by destination, and whether a lease has run out: one query on partial indexes."""
    waiting = Q(state=RecipientState.WAITING, next_attempt_at__lte=now)
    lost = Q(state=RecipientState.SENDING, leased_until__lt=now)
    found = OutboundRecipient.objects.filter(waiting | lost).values_list("state", "domain")
    rows = list(found.annotate(Count("pk"), Min("next_attempt_at")))
    by_domain = {row[1]: Due(row[2], row[3]) for row in rows if row[0] == RecipientState.WAITING}
    return by_domain, any(row[0] == RecipientState.SENDING for row in rows)


def claim_due(domain: str, now: datetime) -> Claim | None:
    """Lease what is due at a destination to the caller; None when nothing is, or enough workers are at it.

    The attempts are noted and committed before anybody dials.
    """
    rows = _due_at(domain, now).order_by("next_attempt_at", "message_id")
    found = list(rows.values_list("pk", "message__account_id")[:CLAIM_ROWS])
    if not found or _running(domain, now) >= MAX_CONNECTIONS:
        return None
    token = (time.time_ns() // 1_000_000 << 20) | secrets.randbits(20)
    with changing(account for _, account in found):
        taken = (
            _due_at(domain, now)
            .filter(pk__in=[key for key, _ in found])
            .update(
                state=RecipientState.SENDING,
                lease_token=token,
                leased_until=now + lease_time(),
                next_attempt_at=now + lease_time(),
                attempt_count=F("attempt_count") + 1,
                modseq=_account_modseq(),
            )
        )
        return Claim(domain, token, _noted([key for key, _ in found], token, now)) if taken else None


def extend(claim: Claim, now: datetime) -> None:
    """Keep what is left of a claim for one lease more."""
    rows = OutboundRecipient.objects.filter(pk__in=[item.recipient_id for item in claim.owed])
    rows.filter(lease_token=claim.token, state=RecipientState.SENDING).update(leased_until=now + lease_time())


def record(token: int, results: Sequence[Result], now: datetime) -> list[Result]:
    """Write what became of recipients of one message; returns the results that were accepted.

    Call it within `changing` of the message's account. The attempt's own row is written in any case.
    """
    _finish_attempts(results, now)
    keys = [result.owed.recipient_id for result in results]
    ours = OutboundRecipient.objects.filter(pk__in=keys, lease_token=token, state=RecipientState.SENDING)
    held = set(ours.select_for_update().values_list("pk", flat=True))
    accepted = [result for result in results if result.owed.recipient_id in held]
    if len(accepted) < len(results):
        logger.warning("a lease ran out before its result: %d refused", len(results) - len(accepted))
    groups: dict[tuple[str, datetime | None], list[int]] = defaultdict(list)
    for result in accepted:
        groups[_fate(result, now)].append(result.owed.recipient_id)
    for (state, next_attempt_at), members in groups.items():
        ours.filter(pk__in=members).update(
            state=state,
            next_attempt_at=next_attempt_at,
            leased_until=None,
            finished_at=None if state == RecipientState.WAITING else now,
            modseq=_account_modseq(),
        )
    return accepted


def has_failed(result: Result, now: datetime) -> bool:
    """Say whether this result is the end: refused for good, or out of time."""
    return result.reply.permanent or (
        result.reply.temporary and schedule.Schedule.gives_up(now, result.owed.parcel.expires_at)
    )


def complete_transcripts(results: Iterable[Result]) -> None:
    """Write the transcripts again, now with the farewell."""
    for result in results:
        rows = DeliveryAttempt.objects.filter(pk=result.owed.attempt_id)
        rows.update(transcript=list(result.transcript))


def release_expired(now: datetime) -> None:
    """Let go of what lost workers had: it is due again, unless it has cost several workers already."""
    rows = OutboundRecipient.objects.filter(state=RecipientState.SENDING, leased_until__lt=now)
    found = list(rows.values_list("pk", "message__account_id", "attempt_count", "lease_token"))
    with changing(account for _, account, _, _ in found):
        for key, _, attempts, token in found:
            pause = lease_time() * attempts if attempts > _TRIES_AT_ONCE else timedelta()
            freed = rows.filter(pk=key, lease_token=token).update(
                state=RecipientState.WAITING,
                leased_until=None,
                next_attempt_at=now + pause,
                modseq=_account_modseq(),
            )
            if freed:
                lost = DeliveryAttempt.objects.filter(recipient_id=key, finished_at__isnull=True)
                lost.update(finished_at=now, text="The worker was lost in the middle of this attempt")


def mend_clock(now: datetime) -> None:
    """Bring back what a clock that went back has put out of reach: next tries and leases far ahead."""
    far = now + schedule.configured().longest_pause()
    waiting = OutboundRecipient.objects.filter(state=RecipientState.WAITING, next_attempt_at__gt=far)
    unheld = Q(message__hold_until__isnull=True) | Q(message__hold_until__lte=now)
    keys = list(waiting.filter(unheld).values_list("pk", flat=True)[:CLAIM_ROWS])
    if keys:
        waiting.filter(pk__in=keys).update(next_attempt_at=now)
    leased = OutboundRecipient.objects.filter(state=RecipientState.SENDING)
    leased.filter(leased_until__gt=now + 2 * lease_time()).update(leased_until=now + lease_time())


def cancel(account_id: int | None, outbound_id: int) -> list[tuple[str, bool]]:
    """Stop what has not left yet; tells for each recipient whether it was still in time."""
    message = owned(account_id, outbound_id)
    with changing([account_id]):
        stopped = _cancel_waiting(message)
        return [(row.address, row.pk in stopped) for row in message.recipients.order_by("pk")]


def cancel_untouched(message: OutboundMessage) -> bool:
    """Cancel a message of which nothing has left or was tried; else change nothing and return False.

    Call it within `changing` of its account: against a worker's claim there is one winner.
    """
    rows = message.recipients.select_for_update()
    if any(row.state != RecipientState.WAITING or row.attempt_count for row in rows):
        return False
    return bool(_cancel_waiting(message))


def retry_now(account_id: int | None, outbound_id: int) -> list[str]:
    """Make everything of a message that waits due at once, a hold included; returns whom to kick for it."""
    message = owned(account_id, outbound_id)
    with changing([account_id]):
        OutboundMessage.objects.filter(pk=message.pk).update(hold_until=None)
        rows = message.recipients.filter(state=RecipientState.WAITING)
        rows.update(next_attempt_at=timezone.now(), modseq=_account_modseq())
        return sorted(set(rows.values_list("domain", flat=True)))


release = retry_now
"""Letting go of a held message is trying it now."""


def hold(account_id: int | None, outbound_id: int) -> int:
    """Keep a message back until it is released; returns how many recipients' copies are kept."""
    message = owned(account_id, outbound_id)
    with changing([account_id]):
        OutboundMessage.objects.filter(pk=message.pk).update(hold_until=None)
        rows = message.recipients.filter(state=RecipientState.WAITING)
        return rows.update(next_attempt_at=None, modseq=_account_modseq())


def owned(account_id: int | None, outbound_id: int) -> OutboundMessage:
    """Open an outbound message through its owner; raises OutboundMessage.DoesNotExist."""
    message = OutboundMessage.objects.get(pk=outbound_id)
    if message.account_id != account_id:
        raise OutboundMessage.DoesNotExist
    return message


def changing(account_ids: Iterable[int | None]) -> AbstractContextManager[object]:
    """Begin a transaction that changes states: the accounts' modseq is raised first, and told on commit."""
    known = {account_id for account_id in account_ids if account_id is not None}
    return Change(known) if known else transaction.atomic()


def lease_time() -> timedelta:
    """How long a claim lives without a sign of its worker."""
    return timedelta(seconds=settings.DELIVERY_LEASE)


def _cancel_waiting(message: OutboundMessage) -> set[int]:
    rows = message.recipients.filter(state=RecipientState.WAITING)
    stopped = set(rows.select_for_update().values_list("pk", flat=True))
    rows.filter(pk__in=stopped).update(
        state=RecipientState.CANCELLED,
        next_attempt_at=None,
        finished_at=timezone.now(),
        modseq=_account_modseq(),
    )
    return stopped


def _due_at(domain: str, now: datetime) -> QuerySet[OutboundRecipient]:
    return OutboundRecipient.objects.filter(
        domain=domain, state=RecipientState.WAITING, next_attempt_at__lte=now
    )


def _running(domain: str, now: datetime) -> int:
    rows = OutboundRecipient.objects.filter(
        state=RecipientState.SENDING, domain=domain, leased_until__gte=now
    )
    return rows.values("lease_token").distinct().count()


def _account_modseq() -> Coalesce:
    """Write the modseq that the account has in this transaction into a recipient's row."""
    account = Account.objects.filter(outbound__recipients=OuterRef("pk")).values("modseq")[:1]
    return Coalesce(Subquery(account), 0)


def _noted(keys: Sequence[int], token: int, now: datetime) -> tuple[Owed, ...]:
    """Read what was claimed and note an attempt for each."""
    rows = OutboundRecipient.objects.filter(pk__in=keys, lease_token=token, state=RecipientState.SENDING)
    rows = rows.select_related("message").order_by("message_id", "pk")
    claimed = list(rows)
    attempts = DeliveryAttempt.objects.bulk_create(
        DeliveryAttempt(recipient=row, started_at=now) for row in claimed
    )
    parcels: dict[int, Parcel] = {}
    owed = []
    for row, attempt in zip(claimed, attempts, strict=True):
        parcel = parcels.setdefault(row.message_id, _parcel(row.message))
        owed.append(Owed(row.pk, attempt.pk, row.attempt_count, row.address, row.original_address, parcel))
    return tuple(owed)


def _parcel(message: OutboundMessage) -> Parcel:
    return Parcel(
        id=message.pk,
        account_id=message.account_id,
        sent_message_id=message.sent_message_id,
        blob_id=message.blob_id,
        prefix=bytes(message.prefix),
        mail_from=message.mail_from,
        notify=message.notify,
        # A message that was held begins to be late only after that.
        created_at=max(message.created_at, message.hold_until or message.created_at),
        expires_at=message.expires_at,
        delay_notified=message.delay_notified_at is not None,
    )


def _fate(result: Result, now: datetime) -> tuple[str, datetime | None]:
    """Decide the state that a result leads to, and when it goes on."""
    if result.reply.positive:
        return RecipientState.DELIVERED, None
    if has_failed(result, now):
        return RecipientState.FAILED, None
    parcel = result.owed.parcel
    then = schedule.configured().next_attempt(
        now,
        parcel.created_at,
        parcel.expires_at,
        result.owed.attempt_count,
        random(),  # noqa: S311
    )
    return RecipientState.WAITING, then


def _finish_attempts(results: Collection[Result], now: datetime) -> None:
    attempts = [
        DeliveryAttempt(
            pk=result.owed.attempt_id,
            finished_at=now,
            host=result.host,
            ip=result.ip,
            tls=result.tls[:100],
            code=result.reply.code,
            enhanced_code=result.reply.enhanced,
            text=result.reply.text,
            transcript=list(result.transcript),
        )
        for result in results
    ]
    fields = ["finished_at", "host", "ip", "tls", "code", "enhanced_code", "text", "transcript"]
    if len(attempts) == 1:
        attempts[0].save(update_fields=fields)
    else:
        DeliveryAttempt.objects.bulk_update(attempts, fields, batch_size=100)
