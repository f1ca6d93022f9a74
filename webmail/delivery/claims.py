"""Claims: what is due is taken under a lease, noted before anybody dials, prolonged, divided, given back.

The row is the truth. A claim is a guarded UPDATE that leaves its token in the rows; a worker that was paused
past its lease finds the token gone, or the row waiting again, and its result is refused (`fate.record`).
"""

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet

from mailserver.message.tls_wish import TlsWish
from webmail.models import DeliveryAttempt, OutboundMessage, OutboundRecipient, RecipientState
from webmail.store import sql

from . import schedule
from .owed import Claim, Owed, Parcel
from .queue import STOPPABLE, account_modseq, changing

CLAIM_ROWS = 100
"""Recipients that one claim takes at most; the same connection goes on with the next claim."""
_MOST_COUNTED = 2500
"""Of what is due at one destination: with more, it gets as many connections as it may have anyhow."""
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


def count_due(domain: str, now: datetime) -> int:
    """Say how much is due at a destination and not claimed, up to a number that is much."""
    return _due_at(domain, now)[:_MOST_COUNTED].count()


def is_due_at_any(domains: Sequence[str], now: datetime, *, none_of: Sequence[str] | None = None) -> bool:
    """Say whether anything is due at one of these destinations, or at any but `none_of`."""
    wanted = Q(domain__in=domains)
    if none_of is not None:
        wanted |= ~Q(domain__in=none_of)
    due = OutboundRecipient.objects.filter(state=RecipientState.WAITING, next_attempt_at__lte=now)
    return due.filter(wanted).exists()


def worth(count: int) -> int:
    """Say how many connections so many recipients are worth: two claims for each."""
    return min(count // (2 * CLAIM_ROWS), int(settings.DESTINATION_CONNECTIONS))


def claim_due(domain: str, now: datetime) -> Claim | None:
    """Lease what is due at a destination to the caller; None when nothing is, or enough workers are at it.

    The attempts are noted and committed before anybody dials.
    """
    for _ in range(settings.DESTINATION_CONNECTIONS):
        rows = _due_at(domain, now).order_by("priority", "next_attempt_at", "message_id")
        found = list(rows.values_list("pk", "message__account_id")[:CLAIM_ROWS])
        if not found or _is_full(domain, now):
            return None
        # Others who looked at the same moment may have taken all of these: then look again.
        if claim := _claim(domain, found, now):
            return claim
    return None


def _claim(domain: str, found: Sequence[tuple[int, int | None]], now: datetime) -> Claim | None:
    """Take what is still to be had of some recipients (and their accounts) at one destination."""
    token = _new_token()
    keys = [key for key, _ in found]
    with changing(account for _, account in found):
        _lock_destination(domain)
        if _is_full(domain, now):
            return None
        taken = _lease(_due_at(domain, now).filter(pk__in=keys), token, now)
        return Claim(domain, _noted(keys, token, now)) if taken else None


def _new_token() -> int:
    return (time.time_ns() // 1_000_000 << 20) | secrets.randbits(20)


def _lease(rows: QuerySet[OutboundRecipient], token: int, now: datetime) -> int:
    """Leave a claim's token in rows; returns how many there were."""
    return rows.update(
        state=RecipientState.SENDING,
        lease_token=token,
        leased_until=now + lease_time(),
        next_attempt_at=now + lease_time(),
        attempt_count=F("attempt_count") + 1,
        modseq=account_modseq(),
    )


def claim_waiting(message: OutboundMessage, now: datetime) -> Claim | None:
    """Lease all that waits of a message, is held or parked, whatever its time; within `changing`."""
    rows = message.recipients.filter(state__in=STOPPABLE)
    keys = list(rows.select_for_update().values_list("pk", flat=True))
    token = _new_token()
    if not keys or not _lease(OutboundRecipient.objects.filter(pk__in=keys), token, now):
        return None
    return Claim("", _noted(keys, token, now))


def held(owed: Iterable[Owed]) -> QuerySet[OutboundRecipient]:
    """Name the rows that are still leased to us."""
    # A token is nobody else's, so a row that has one of ours has its own.
    ours = {item.recipient_id: item.token for item in owed}
    return OutboundRecipient.objects.filter(
        pk__in=ours, lease_token__in=set(ours.values()), state=RecipientState.SENDING
    )


def divide(domain: str, owed: Sequence[Owed], more: int, now: datetime) -> dict[int, Owed]:
    """Give what is held so many tokens more in turn: that many connections more carry it, and each counts.

    Fewer where the destination has no room for them. Returns all of it by recipient, as it is held now.
    """
    with transaction.atomic():
        _lock_destination(domain)
        more = min(more, int(settings.DESTINATION_CONNECTIONS) - _running(domain, now))
        tokens = sorted({item.token for item in owed} | {_new_token() for _ in range(more)})
        ours = set(held(owed).select_for_update().values_list("pk", flat=True))
        divided = {
            item.recipient_id: replace(item, token=token)
            for item, token in zip(owed, cycle(tokens), strict=False)
        }
        rows = [(key, item.token) for key, item in divided.items() if key in ours]
        sql.update(OutboundRecipient, ["id", "lease_token"], rows)
    return divided


def extend(owed: Iterable[Owed], now: datetime) -> None:
    """Keep what is left of what was claimed for one lease more."""
    held(owed).update(leased_until=now + lease_time())


def give_back(owed: Sequence[Owed], now: datetime) -> None:
    """Let go of what was claimed and not begun: it is due as before, as if it had not been claimed."""
    with changing(item.parcel.account_id for item in owed):
        held(owed).update(
            state=RecipientState.WAITING,
            next_attempt_at=now,
            leased_until=None,
            attempt_count=F("attempt_count") - 1,
            modseq=account_modseq(),
        )
        DeliveryAttempt.objects.filter(
            pk__in=[item.attempt_id for item in owed], finished_at__isnull=True
        ).delete()


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
                modseq=account_modseq(),
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


def lease_time() -> timedelta:
    """How long a claim lives without a sign of its worker."""
    return timedelta(seconds=settings.DELIVERY_LEASE)


def _due_at(domain: str, now: datetime) -> QuerySet[OutboundRecipient]:
    return OutboundRecipient.objects.filter(
        domain=domain, state=RecipientState.WAITING, next_attempt_at__lte=now
    )


def _is_full(domain: str, now: datetime) -> bool:
    """Say whether as many connections to a destination are under way as may."""
    return _running(domain, now) >= int(settings.DESTINATION_CONNECTIONS)


def _running(domain: str, now: datetime) -> int:
    rows = OutboundRecipient.objects.filter(
        state=RecipientState.SENDING, domain=domain, leased_until__gte=now
    )
    return rows.values("lease_token").distinct().count()


def _lock_destination(domain: str) -> None:
    """Let claims of one destination count each other; SQLite lets only one transaction write anyhow."""
    if sql.is_postgresql():
        sql.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"outbound {domain}"])


def _noted(keys: Sequence[int], token: int, now: datetime) -> tuple[Owed, ...]:
    """Read what was claimed and note an attempt for each."""
    rows = OutboundRecipient.objects.filter(pk__in=keys, lease_token=token, state=RecipientState.SENDING)
    rows = rows.select_related("message__blob").order_by("message_id", "pk")
    claimed = list(rows)
    attempts = DeliveryAttempt.objects.bulk_create(
        DeliveryAttempt(recipient=row, started_at=now) for row in claimed
    )
    parcels: dict[int, Parcel] = {}
    owed = []
    for row, attempt in zip(claimed, attempts, strict=True):
        parcel = parcels.setdefault(row.message_id, _parcel(row.message))
        owed.append(
            Owed(
                recipient_id=row.pk,
                token=token,
                attempt_id=attempt.pk,
                attempt_count=row.attempt_count,
                fault_count=row.fault_count,
                address=row.address,
                original_address=row.original_address,
                notify=row.notify,
                parcel=parcel,
            )
        )
    return tuple(owed)


def _parcel(message: OutboundMessage) -> Parcel:
    return Parcel(
        id=message.pk,
        account_id=message.account_id,
        sent_message_id=message.sent_message_id,
        blob_id=message.blob_id,
        size=message.blob.size,
        prefix=bytes(message.prefix),
        mail_from=message.mail_from,
        envelope_id=message.envelope_id,
        returns=message.returns,
        tls_wish=TlsWish(message.tls_wish),
        # A message that was held begins to be late only after that.
        created_at=max(message.created_at, message.hold_until or message.created_at),
        expires_at=message.expires_at,
        delay_notified=message.delay_notified_at is not None,
    )
