"""Greylisting: who writes for the first time, from a network that nobody knows, is asked to come again."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from mailserver import dnsbl
from mailserver.limits import network
from mailserver.smtp.envelope import Envelope
from webmail.models import ContactAddress, Greylisted

EXPIRES = timedelta(days=2)
"""Who doesn't come again by then begins anew."""
REMEMBERED = timedelta(days=36)
"""So long a network that came again once is let through."""


def is_early(envelope: Envelope, accounts: Collection[int], now: datetime) -> bool:
    """Tell whether a message is to come again: three statements at most.

    Correspondents of any recipient are let through, and our own network.
    """
    if dnsbl.is_inside(envelope.peer.ip):
        return False
    if envelope.mail_from and _is_known(envelope.mail_from, accounts):
        return False
    net = _network(envelope.peer.ip)
    keys = [_key(net, envelope.mail_from, recipient) for recipient in envelope.recipients]
    rows = list(_rows(net, keys, now))
    if any(row.passed_at for row in rows):
        return False
    due = [row.pk for row in rows if (now - row.first_seen_at).total_seconds() >= settings.GREYLIST_SECONDS]
    if due:
        Greylisted.objects.filter(pk__in=due).update(passed_at=now)
        return False
    _remember(net, keys, rows, now)
    return True


def forget(now: datetime) -> int:
    """Delete what is expired."""
    early = Q(passed_at=None, first_seen_at__lt=now - EXPIRES)
    return Greylisted.objects.filter(early | Q(passed_at__lt=now - REMEMBERED)).delete()[0]


def _is_known(sender: str, accounts: Collection[int]) -> bool:
    return ContactAddress.objects.filter(account_id__in=accounts, address=sender.lower()).exists()


def _rows(net: str, keys: Sequence[str], now: datetime) -> QuerySet[Greylisted]:
    """Read what is known of this meeting, and whether the network came again lately."""
    waits = Q(key__in=keys, passed_at=None, first_seen_at__gte=now - EXPIRES)
    passed = Q(network=net, passed_at__gte=now - REMEMBERED)
    return Greylisted.objects.filter(waits | passed)[:1000]


def _remember(net: str, keys: Sequence[str], rows: Sequence[Greylisted], now: datetime) -> None:
    new = set(keys) - {row.key for row in rows}
    Greylisted.objects.filter(key__in=new).delete()
    Greylisted.objects.bulk_create(
        [Greylisted(key=key, network=net, first_seen_at=now) for key in sorted(new)], ignore_conflicts=True
    )


def _network(ip: str) -> str:
    """Name the neighbours that one sender's servers share: a /24, or a /64 of IPv6."""
    return network(ip) if ":" in ip else f"{ip.rpartition('.')[0]}.0/24"


def _key(net: str, sender: str, recipient: str) -> str:
    return hashlib.sha256("\0".join((net, sender.lower(), recipient.lower())).encode()).hexdigest()[:32]
