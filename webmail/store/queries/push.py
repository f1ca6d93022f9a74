"""Whom to tell of what: devices whose account has changed, and what is new in its Inbox."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from webmail.models import MailboxMessage, PushDevice, Role

_MOST = 20


class News(NamedTuple):
    """An unread message that came to the Inbox."""

    modseq: int
    thread_id: int
    from_name: str
    from_address: str
    subject: str


def accounts_with_news() -> list[int]:
    """Accounts that changed since a device of theirs was told: one statement over the devices."""
    devices = _reachable().filter(account__modseq__gt=F("told_modseq"))
    return list(devices.values_list("account_id", flat=True).distinct())


def push_devices(account_id: int) -> list[PushDevice]:
    """The devices of an account that may be told now, with its modseq."""
    return list(_reachable().filter(account_id=account_id).select_related("account"))


def _reachable() -> QuerySet[PushDevice]:
    """Devices whose sessions last, and whose push service doesn't want to be left alone."""
    now = timezone.now()
    may_be_asked = Q(next_at=None) | Q(next_at__lte=now)
    return PushDevice.objects.filter(may_be_asked, session__expire_date__gt=now)


def push_choice(session_key: str) -> bool | None:
    """Whether notices of this session's browser show content; None when it isn't told at all."""
    chosen = PushDevice.objects.filter(session_id=session_key).values_list("shows_content", flat=True)
    return chosen.first()


def news(account_id: int, since: datetime) -> list[News]:
    """What is unread of the latest in the Inbox, received after `since`, newest first.

    Of its last placements (constraint placement_uid): what is muted, blocked or spam never stood there.
    """
    latest = MailboxMessage.objects.filter(mailbox__account_id=account_id, mailbox__role=Role.INBOX).order_by(
        "-uid"
    )[:_MOST]
    rows = latest.values_list(
        *("created_modseq", "thread_id", "message__from_name", "message__from_address", "message__subject"),
        *("seen", "draft", "received_at"),
    )
    return [
        News(*row)
        for *row, seen, draft, received_at in rows
        if not seen and not draft and received_at > since
    ]
