"""The queue as an administrator sees it: what waits, whose it is, why it still waits."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from webmail.models import OutboundMessage, OutboundRecipient, RecipientState

from .trace import RecipientTrace, recipient_trace, wanted

_OPEN = (RecipientState.WAITING, RecipientState.SENDING, RecipientState.PARKED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One outbound message with all that is known of its recipients."""

    id: int
    account_id: int | None
    mail_from: str
    created_at: datetime
    expires_at: datetime
    recipients: tuple[RecipientTrace, ...]


def find(outbound_id: int) -> Waiting | None:
    """Open one message of anybody's."""
    return next(iter(_opened(OutboundMessage.objects.filter(pk=outbound_id))), None)


def newest(limit: int, *, everything: bool = False) -> list[Waiting]:
    """List what has not reached all its recipients yet, or everything, the newest first."""
    rows = OutboundMessage.objects.order_by("-pk")
    if not everything:
        unfinished = OutboundRecipient.objects.filter(message=OuterRef("pk"), state__in=_OPEN)
        rows = rows.filter(Exists(unfinished))
    return _opened(rows[:limit])


def _opened(rows: QuerySet[OutboundMessage]) -> list[Waiting]:
    recipients = (
        OutboundRecipient.objects.order_by("pk").select_related("message").prefetch_related(*wanted())
    )
    return [
        Waiting(
            id=row.pk,
            account_id=row.account_id,
            mail_from=row.mail_from,
            created_at=row.created_at,
            expires_at=row.expires_at,
            recipients=tuple(recipient_trace(recipient) for recipient in row.recipients.all()),
        )
        for row in rows.prefetch_related(Prefetch("recipients", recipients))
    ]
