"""The trace of a sent message: each recipient's fate, with every attempt's dialogue, as a page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from webmail.models import DeliveryAttempt, OutboundRecipient


@dataclass(frozen=True, slots=True)
class AttemptTrace:
    """One attempt; `transcript` holds (seconds since its start, "S" or "C" or "*", text)."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    host: str
    ip: str
    tls: str
    code: int
    enhanced_code: str
    text: str
    transcript: tuple[tuple[float, str, str], ...]


@dataclass(frozen=True, slots=True)
class RecipientTrace:
    """One recipient: state as RecipientState, when it goes on (None when it doesn't), what was tried."""

    id: int
    outbound_id: int
    address: str
    state: str
    next_attempt_at: datetime | None
    finished_at: datetime | None
    hold_until: datetime | None
    created_at: datetime
    expires_at: datetime
    attempts: tuple[AttemptTrace, ...]

    @property
    def last(self) -> AttemptTrace | None:
        """The newest attempt, if there was one."""
        return self.attempts[-1] if self.attempts else None


def trace(account_id: int, message_id: int) -> list[RecipientTrace]:
    """Tell the fate of each recipient of a message that the account sent; [] for any other message.

    Two statements, on the foreign keys' indexes and on attempt_of_recipient.
    """
    attempts = Prefetch("attempts", DeliveryAttempt.objects.order_by("pk"))
    rows = OutboundRecipient.objects.filter(
        message__account_id=account_id, message__sent_message_id=message_id
    )
    return [
        recipient_trace(row)
        for row in rows.select_related("message").prefetch_related(attempts).order_by("pk")
    ]


def recipient_trace(row: OutboundRecipient) -> RecipientTrace:
    """Make the trace of a row that was read with its message and its attempts, oldest first."""
    return RecipientTrace(
        id=row.pk,
        outbound_id=row.message_id,
        address=row.original_address or row.address,
        state=row.state,
        next_attempt_at=row.next_attempt_at,
        finished_at=row.finished_at,
        hold_until=row.message.hold_until,
        created_at=row.message.created_at,
        expires_at=row.message.expires_at,
        attempts=tuple(_attempt(attempt) for attempt in row.attempts.all()),
    )


def _attempt(row: DeliveryAttempt) -> AttemptTrace:
    return AttemptTrace(
        id=row.pk,
        started_at=row.started_at,
        finished_at=row.finished_at,
        host=row.host,
        ip=row.ip,
        tls=row.tls,
        code=row.code,
        enhanced_code=row.enhanced_code,
        text=row.text,
        transcript=tuple(_line(line) for line in row.transcript),
    )


def _line(line: Sequence[float | str]) -> tuple[float, str, str]:
    at, side, text = line
    return float(at), str(side), str(text)
