"""Mail that was refused, kept for a week for those it was meant for: its envelope and header."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from webmail.models import Rejected, Why

from .text import storable

KEPT = timedelta(days=7)
MOST = 500
"""Of an account; who is flooded sees the first of it."""
_HEAD = 16 * 1024


@dataclass(frozen=True, slots=True)
class Refused:
    """What is known of a message that wasn't taken; `recipients` are addresses by account."""

    why: Why
    reply: str
    ip: str
    mail_from: str
    recipients: Mapping[int, str]
    message_id: str
    from_text: str
    subject: str
    head: str


def note(refused: Refused, now: datetime) -> None:
    """Keep it for each account that has room: two statements."""
    rows = Rejected.objects.filter(account_id__in=refused.recipients)
    full = rows.values("account_id").annotate(n=Count("pk")).filter(n__gte=MOST)
    crowded = set(full.values_list("account_id", flat=True))
    Rejected.objects.bulk_create(
        Rejected(
            account_id=account_id,
            rejected_at=now,
            why=refused.why,
            reply=storable(refused.reply)[:500],
            ip=refused.ip,
            mail_from=storable(refused.mail_from)[:320],
            recipient=storable(recipient)[:320],
            message_id=storable(refused.message_id)[:500],
            from_text=storable(refused.from_text)[:500],
            subject=storable(refused.subject)[:500],
            head=storable(refused.head)[:_HEAD],
        )
        for account_id, recipient in refused.recipients.items()
        if account_id not in crowded
    )


def forget(before: datetime) -> int:
    """Delete what is older (index rejected_oldest)."""
    return Rejected.objects.filter(rejected_at__lt=before).delete()[0]
