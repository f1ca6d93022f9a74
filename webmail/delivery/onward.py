"""Mail that nobody wrote in a composer: handed on by a rule, or answered by itself; owed as any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mailserver.message.address import domain_of
from mailserver.message.tls_wish import TlsWish
from webmail.models import OutboundMessage, OutboundRecipient

from . import queue, schedule
from .kick import kick


@dataclass(frozen=True, slots=True)
class Onward:
    """What is owed to one address; the same `key` of an account twice is refused by the database.

    Without an account the server itself owes it. `mail_from` is the envelope's sender, "" for the null
    sender; `prefix` goes in front of the blob.
    """

    account_id: int | None
    key: str
    blob_id: int
    address: str
    mail_from: str = ""
    prefix: bytes = b""
    tls_wish: TlsWish = TlsWish.AS_USUAL


def enqueue(owed: Sequence[Onward], now: datetime) -> None:
    """Owe it from now on, in the caller's transaction: two statements; a worker is woken on commit."""
    if not owed:
        return
    messages = OutboundMessage.objects.bulk_create(_message(each, now) for each in owed)
    OutboundRecipient.objects.bulk_create(
        queue.new_recipient(message, each.address, now) for message, each in zip(messages, owed, strict=True)
    )
    domains = sorted({domain_of(each.address) for each in owed})
    transaction.on_commit(lambda: kick(domains))


def _message(owed: Onward, now: datetime) -> OutboundMessage:
    return OutboundMessage(
        account_id=owed.account_id,
        blob_id=owed.blob_id,
        prefix=owed.prefix,
        submission_key=owed.key,
        mail_from=owed.mail_from,
        tls_wish=owed.tls_wish,
        created_at=now,
        expires_at=schedule.expiry(now),
    )
