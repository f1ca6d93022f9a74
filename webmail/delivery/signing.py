"""Signing what leaves in the name of a domain of ours."""

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from mailserver.authenticity import arc_seal, results, sign
from mailserver.authenticity.check import Checks
from mailserver.dns import NoAnswerError, NoSuchNameError
from mailserver.message.address import AddressError, domain_of, normalise_domain
from webmail.models import OutboundMessage, RecipientState
from webmail.store import signing_keys

from .resolving import resolver

# Others queue mail for five days (RFC 5321 §4.5.4.1), and keep their answers from the DNS.
_ON_THE_WAY = timedelta(days=7)

_CARE_SECONDS = 15.0


class _Memory:
    """When this process looked last."""

    cared = 0.0


def care() -> None:
    """Give new domains their keys, now and then: making one takes too long for where domains are made."""
    tick = time.monotonic()
    if tick - _Memory.cared > _CARE_SECONDS or not _Memory.cared:
        _Memory.cared = tick
        signing_keys.make_missing()


def signature(raw: bytes, sender: str, at: datetime) -> bytes:
    """Return the fields that go on top of a message from `sender`; none when its domain has no keys here.

    `raw` is what goes over the wire, to the byte: made by `compose`, or what `wire_form.fit` made 7-bit of
    what somebody else wrote. One statement; call it outside of transactions.
    """
    return sign.sign(raw, _keys(sender), at)


def seal(raw: bytes, through: str, checks: Checks, at: datetime) -> bytes:
    """Return what goes on top of a message that `through` hands on: what we found of its sender (RFC 8617).

    By RSA: others know no other seals. One statement.
    """
    keys = [key for key in _keys(through) if key.algorithm == sign.RSA]
    found = results.text(settings.MAIL_HOSTNAME, checks.results())
    return arc_seal.seal(raw, keys[0], found=found, chain=checks.chain, at=at) if keys else b""


def _keys(sender: str) -> list[sign.Key]:
    try:
        return signing_keys.of_domain(normalise_domain(domain_of(sender)))
    except AddressError:
        return []


def is_published(domain: str, selector: str) -> bool:
    """Tell whether the DNS has the record of a key; raises NoSuchKeyError."""
    wanted = signing_keys.find(domain, selector).record
    try:
        records = resolver().txt(f"{selector}._domainkey.{domain}")
    except (NoSuchNameError, NoAnswerError):
        return False
    return _spaceless(wanted) in {_spaceless(record.decode("utf-8", "replace")) for record in records}


def _spaceless(record: str) -> str:
    return "".join(record.split()).rstrip(";")


def needed_until() -> datetime:
    """Say until when the record of a key that is retired now is needed: for what it signed."""
    last = OutboundMessage.objects.filter(recipients__state=RecipientState.WAITING).aggregate(
        last=Max("expires_at")
    )["last"]
    return max(last or timezone.now(), timezone.now() + _ON_THE_WAY)
