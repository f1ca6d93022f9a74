"""How much an account may send in a day: what somebody who has its password can do is bounded."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from webmail.models import OutboundMessage, OutboundRecipient
from webmail.store import forwarding, vacations

_DAY = timedelta(days=1)
# Nobody writes these: they follow from mail that comes in.
_BY_ITSELF = Q(submission_key__startswith=forwarding.KEY) | Q(submission_key__startswith=vacations.KEY)


def is_left(account_id: int, recipients: int, now: datetime) -> bool:
    """Tell whether one message more, to so many, is within the limits: a statement for each that is on."""
    sent = OutboundMessage.objects.filter(account_id=account_id, created_at__gt=now - _DAY)
    sent = sent.exclude(_BY_ITSELF)
    if settings.MESSAGES_PER_DAY and sent.count() >= settings.MESSAGES_PER_DAY:
        return False
    if not settings.RECIPIENTS_PER_DAY:
        return True
    reached = OutboundRecipient.objects.filter(message__in=sent).count()
    return bool(reached + recipients <= settings.RECIPIENTS_PER_DAY)
