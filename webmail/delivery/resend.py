"""Sending a message again to whom it did not reach, at a corrected address; to nobody else."""

import hashlib
from email.utils import format_datetime, make_msgid

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mailserver.message.address import domain_of, normalise, normalise_domain
from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.envelope import Wishes
from webmail.models import OutboundMessage, OutboundRecipient, RecipientState

from . import outbox, queue, schedule
from .kick import kick


class NotFailedError(Exception):
    """The recipient's copy is under way or has arrived: there is nothing to be sent again."""


def resend(account_id: int, recipient_id: int, address: str, *, demands_tls: bool = True) -> OutboundMessage:
    """Owe a message once more, to one address; the same address twice is one message.

    Without `demands_tls` it may go over any connection, even if it asked for verified TLS. It goes out as
    it was, with fields that say so on top (RFC 5322 §3.6.6). Raises OutboundRecipient.DoesNotExist for
    another's, NotFailedError, and AddressError for what is no address.
    """
    wanted = _spelled(address)
    with queue.changing([account_id]):
        row = OutboundRecipient.objects.select_related("message").get(
            pk=recipient_id, message__account_id=account_id
        )
        key = _key(row, wanted) + ("" if demands_tls else "-any")
        if known := OutboundMessage.objects.filter(account_id=account_id, submission_key=key).first():
            return known
        if row.state != RecipientState.FAILED:
            raise NotFailedError
        wish = row.message.tls_wish if demands_tls else TlsWish.AS_USUAL.value
        return _owe(row, wanted, key, wish)


def _spelled(address: str) -> str:
    """Write an address as the queue does: the local part as it is, the domain in A-labels."""
    normalise(address.strip())
    local, _, domain = address.strip().rpartition("@")
    return f"{local}@{normalise_domain(domain)}"


def _key(row: OutboundRecipient, address: str) -> str:
    return f"again-{row.pk}-{hashlib.sha256(address.lower().encode()).hexdigest()[:24]}"


def _owe(row: OutboundRecipient, address: str, key: str, tls_wish: str) -> OutboundMessage:
    now, before = timezone.now(), row.message
    message = OutboundMessage.objects.create(
        account_id=before.account_id,
        sent_message_id=before.sent_message_id,
        blob_id=before.blob_id,
        prefix=_resent(before.mail_from, address) + bytes(before.prefix),
        submission_key=key,
        mail_from=before.mail_from,
        returns=before.returns,
        tls_wish=tls_wish,
        created_at=now,
        expires_at=schedule.expiry(now),
        corrects=row,
    )
    domain = domain_of(address)
    queue.new_recipient(message, address, now, Wishes(row.notify)).save(force_insert=True)
    if before.account_id is not None and before.sent_message_id is not None:
        outbox.enter(before.account_id, [before.sent_message_id])
    transaction.on_commit(lambda: kick([domain]))
    return message


def _resent(sender: str, to: str) -> bytes:
    fields = (
        ("Resent-From", sender),
        ("Resent-To", to),
        ("Resent-Date", format_datetime(timezone.now())),
        ("Resent-Message-ID", make_msgid(domain=settings.MAIL_HOSTNAME)),
    )
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode()
