"""Giving up what waits before its time is over: at once, or after one last try; the sender is told."""

from django.utils import timezone

from mailserver.smtp.reply import Reply
from webmail.models import OutboundMessage

from . import claims, outcome, queue
from .owed import Result, Settled

_REPLY = Reply(0, "4.4.7", "Given up by request, before its time was over")


def bounce(account_id: int | None, outbound_id: int) -> list[str]:
    """Give up what has not left yet, with a report to its sender; returns the addresses."""
    message = queue.owned(account_id, outbound_id)
    with queue.changing([account_id]):
        OutboundMessage.objects.filter(pk=message.pk).update(expires_at=timezone.now())
        claim = claims.claim_waiting(message, timezone.now())
    if claim is None:
        return []
    settled = [Settled(parcel, [Result(item, _REPLY) for item in owed]) for parcel, owed in claim.by_parcel()]
    return [result.owed.address for result in outcome.settle(settled)]


def expire(account_id: int | None, outbound_id: int) -> list[str]:
    """Let the time of a message be over after one last try, now; returns whom to kick for it."""
    message = queue.owned(account_id, outbound_id)
    with queue.changing([account_id]):
        OutboundMessage.objects.filter(pk=message.pk).update(expires_at=timezone.now())
        return queue.retry_now(account_id, outbound_id)
