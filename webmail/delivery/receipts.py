"""Reports that mail from elsewhere has arrived, for senders who asked for them (RFC 3461 §5.2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from mailserver.message import dsn
from mailserver.message.address import Address, of_spec
from mailserver.smtp.envelope import Envelope
from webmail.store import blobs

from . import onward, queue_ids, rewriting, wording
from .arrival import Content


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message, and those of its recipients here whose sender wants to know."""

    envelope: Envelope
    content: Content
    recipients: tuple[str, ...]


def of(envelope: Envelope, content: Content, reached: Sequence[str]) -> list[Receipt]:
    """Say what is to be told of a message that reached these recipients; nothing is ever told to nobody."""
    asked = [each for each in reached if "SUCCESS" in envelope.wishes_for(each).notify.split(",")]
    return [Receipt(envelope, content, tuple(asked))] if asked and envelope.mail_from else []


def enqueue(receipts: Sequence[Receipt], now: datetime) -> None:
    """Owe the reports from now on, in the transaction that files the mail."""
    if not receipts:
        return
    with translation.override(settings.LANGUAGE_CODE):
        raws = [_written(each, now) for each in receipts]
    saved = blobs.save_many(raws)
    onward.enqueue(
        [
            onward.Onward(
                None,
                queue_ids.make(),
                blob.pk,
                rewriting.reader_of(each.envelope.mail_from),
                tls_wish=each.envelope.tls_wish,
            )
            for each, blob in zip(receipts, saved, strict=True)
        ],
        now,
    )


def _written(receipt: Receipt, now: datetime) -> bytes:
    said = [wording.success(each, "delivered") for each in receipt.recipients]
    cover = dsn.Cover(
        sender=Address(_("Mail delivery"), "mailer-daemon", settings.MAIL_HOSTNAME),
        to=of_spec(rewriting.reader_of(receipt.envelope.mail_from)),
        subject=_("[Delivered] %(subject)s") % {"subject": receipt.content.digest.subject},
        text="\n".join([*said, "", _("You asked to be told."), ""]),
        date=now,
        message_id=make_msgid(domain=settings.MAIL_HOSTNAME).strip("<>"),
        in_reply_to=receipt.content.digest.message_id,
    )
    report = dsn.Report(
        reporting_host=settings.MAIL_HOSTNAME,
        recipients=tuple(_recipient(receipt, each) for each in receipt.recipients),
        arrived_at=receipt.envelope.received_at,
        envelope_id=receipt.envelope.options.get("ENVID", ""),
    )
    return dsn.build(report, cover, receipt.content.raw, header_only=True)


def _recipient(receipt: Receipt, recipient: str) -> dsn.RecipientReport:
    original = receipt.envelope.wishes_for(recipient).original_address
    return dsn.RecipientReport(recipient, "delivered", "2.1.5", original_address=original)
