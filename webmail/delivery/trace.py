"""The trace of a sent message: each recipient's fate, with every attempt's dialogue, as a page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from mailserver.message import failure
from mailserver.message.tls_wish import TlsWish
from webmail.models import DeliveryAttempt, OutboundRecipient, RecipientState, RemoteReport


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
class ReportTrace:
    """What a server afar reported after it had taken the message; `message_id` is the report as it came."""

    received_at: datetime
    action: str
    status: str
    host: str
    text: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class RecipientTrace:
    """One recipient: state as RecipientState, when it goes on (None when it doesn't), what was tried.

    `reports` came from afar; `corrected_to` is where it was sent again after it failed.
    """

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
    reports: tuple[ReportTrace, ...] = ()
    corrected_to: str = ""
    tls_wish: TlsWish = TlsWish.AS_USUAL

    @property
    def came_back(self) -> ReportTrace | None:
        """The newest report of failure from afar, where that is how it ended."""
        failed = [report for report in self.reports if report.action == "failed"]
        return failed[-1] if failed and self.state == RecipientState.FAILED else None

    @property
    def lacks_tls(self) -> bool:
        """Whether it failed because it was to go over verified TLS only."""
        asked = self.tls_wish is TlsWish.REQUIRED and self.state == RecipientState.FAILED
        last = self.came_back or self.last
        if not asked or last is None:
            return False
        status = last.status if isinstance(last, ReportTrace) else last.enhanced_code
        return failure.kind(status, last.text) is failure.Kind.NOT_ENCRYPTED

    @property
    def last(self) -> AttemptTrace | None:
        """The newest attempt, if there was one."""
        return self.attempts[-1] if self.attempts else None


def trace(account_id: int, message_id: int) -> list[RecipientTrace]:
    """Tell the fate of each recipient of a message that the account sent; [] for any other message.

    Five statements at most, on the foreign keys' indexes, attempt_of_recipient and report_of_recipient.
    """
    rows = OutboundRecipient.objects.filter(
        message__account_id=account_id, message__sent_message_id=message_id
    )
    return [
        recipient_trace(row)
        for row in rows.select_related("message").prefetch_related(*wanted()).order_by("pk")
    ]


def reported(account_id: int, message_id: int) -> tuple[int, frozenset[int]] | None:
    """Tell about what a report from afar is: the copy of the sent message, and the recipients it names.

    None where it was tied to nothing (the index of the foreign key; a report has few rows).
    """
    rows = RemoteReport.objects.filter(message_id=message_id, recipient__message__account_id=account_id)
    found = list(rows.values_list("recipient__message__sent_message", "recipient"))
    if not found or found[0][0] is None:
        return None
    return found[0][0], frozenset(recipient for _, recipient in found)


def wanted() -> "tuple[Prefetch[Any], ...]":
    """Name what `recipient_trace` reads with a recipient's row."""
    return (
        Prefetch("attempts", DeliveryAttempt.objects.order_by("pk")),
        Prefetch("reports", RemoteReport.objects.order_by("pk")),
        Prefetch("corrections__recipients", OutboundRecipient.objects.order_by("pk")),
    )


def recipient_trace(row: OutboundRecipient) -> RecipientTrace:
    """Make the trace of a row that was read with its message and what is `wanted`."""
    return RecipientTrace(
        id=row.pk,
        outbound_id=row.message_id,
        address=row.original_address or row.address,
        state=row.state,
        next_attempt_at=row.next_attempt_at,
        finished_at=row.finished_at,
        hold_until=row.message.hold_until,
        created_at=row.message.created_at,
        tls_wish=TlsWish(row.message.tls_wish),
        expires_at=row.message.expires_at,
        attempts=tuple(_attempt(attempt) for attempt in row.attempts.all()),
        reports=tuple(_report(report) for report in row.reports.all()),
        corrected_to=next(
            (again.address for message in row.corrections.all() for again in message.recipients.all()), ""
        ),
    )


def _report(row: RemoteReport) -> ReportTrace:
    return ReportTrace(
        received_at=row.received_at,
        action=row.action,
        status=row.status,
        host=row.reporting_host,
        text=row.text,
        message_id=row.message_id,
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
