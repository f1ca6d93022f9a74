"""Mail that was refused, kept for a week for those it was meant for: its envelope and header."""

from collections.abc import Mapping, Sequence
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
    message_id: str = ""
    from_text: str = ""
    subject: str = ""
    head: str = ""


def note(refused: Sequence[Refused], now: datetime) -> None:
    """Keep them for each account that has room: two statements, however many they are."""
    if not refused:
        return
    rows = Rejected.objects.filter(account_id__in={key for each in refused for key in each.recipients})
    full = rows.values("account_id").annotate(n=Count("pk")).filter(n__gte=MOST)
    crowded = set(full.values_list("account_id", flat=True))
    Rejected.objects.bulk_create(
        Rejected(
            account_id=account_id,
            rejected_at=now,
            why=each.why,
            reply=storable(each.reply)[:500],
            ip=each.ip,
            mail_from=storable(each.mail_from)[:320],
            recipient=storable(recipient)[:320],
            message_id=storable(each.message_id)[:500],
            from_text=storable(each.from_text)[:500],
            subject=storable(each.subject)[:500],
            head=storable(each.head)[:_HEAD],
        )
        for each in refused
        for account_id, recipient in each.recipients.items()
        if account_id not in crowded
    )


def forget(before: datetime) -> int:
    """Delete what is older (index rejected_oldest)."""
    return Rejected.objects.filter(rejected_at__lt=before).delete()[0]
