"""What other servers report about mail of ours that they had taken: tied to its recipient, or left alone.

Anybody can write a report. It counts only where it names a message that the account sent, by the id that the
message or its envelope has, and a recipient who was handed it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.crypto import constant_time_compare, salted_hmac

from mailserver.message import bounce
from mailserver.message.address import AddressError, normalise
from mailserver.message.bounce import Bounce
from mailserver.message.dsn import RecipientReport
from webmail.models import OutboundMessage, OutboundRecipient, RecipientState, RemoteReport
from webmail.store.add import AddedMessage
from webmail.store.text import storable

from . import queue
from .arrival import Content, LocalDelivery, Told

_MOST_REPORTS = 20
_LOOKED_AT = 100
_LEAST_SUBJECT = 4
_DAEMONS = ("mailer-daemon", "postmaster", "mailerdaemon", "mail-daemon", "post_master", "mdaemon")


def read(return_path: str, content: Content) -> Told | None:
    """Find what arrived mail reports; needs no database, and of most mail no look at its text."""
    local = content.digest.from_address.lower().partition("@")[0]
    if return_path and local not in _DAEMONS and content.digest.part.content_type != "multipart/report":
        return None
    found = bounce.read(content.raw, content.digest.part)
    if found is None:
        return None
    ids = (found.message_id, *content.digest.reference_ids)
    return Told(found, tuple(dict.fromkeys(name for name in ids if name)))


def note(copies: Sequence[LocalDelivery], added: Sequence[AddedMessage]) -> None:
    """Write down what copies report about sent mail; in the transaction that files them."""
    for copy, new in zip(copies, added, strict=True):
        if copy.told is not None:
            _note(copy, copy.told, new)


def envelope_id(outbound_id: int) -> str:
    """Name an envelope of ours for the ENVID of its DSNs (RFC 3461 §4.4): nobody else can name it."""
    seal = salted_hmac("postillion.envelope", str(outbound_id), algorithm="sha256").hexdigest()[:20]
    return f"{outbound_id}.{seal}"


@dataclass(slots=True)
class _Tie:
    """The recipients of the messages that a report may be about."""

    rows: list[OutboundRecipient] = field(default_factory=list)

    def of(self, item: RecipientReport, count: int) -> OutboundRecipient | None:
        """Choose the recipient that a report names; where there was one only, whatever it is called there."""
        named = {_normal(address) for address in (item.address, item.original_address) if address}
        for row in self.rows:
            if named & {_normal(row.address), _normal(row.original_address)}:
                return row
        return self.rows[0] if len(self.rows) == 1 and count == 1 else None


def _note(copy: LocalDelivery, told: Told, new: AddedMessage) -> None:
    tie = _Tie(_by_ids(copy.account_id, told) or _by_subject(copy, told.bounce))
    if not tie.rows:
        return
    found = told.bounce.recipients
    pairs = [(row, item) for item in found if (row := tie.of(item, len(found)))]
    with queue.changing([copy.account_id]) as modseqs:
        for row, item in pairs:
            if row.reports.count() < _MOST_REPORTS:
                _record(_report(row, item, told.bounce, new, copy.received_at), modseqs[copy.account_id])


def _report(
    row: OutboundRecipient, item: RecipientReport, told: Bounce, new: AddedMessage, at: datetime
) -> RemoteReport:
    return RemoteReport(
        recipient=row,
        message_id=new.message_id,
        received_at=at,
        action=item.action[:16],
        status=item.status[:16],
        reporting_host=storable(told.reporting_host or item.host)[:255],
        text=storable(item.diagnostic),
    )


def _record(report: RemoteReport, modseq: int) -> None:
    report.save(force_insert=True)
    changed: dict[str, object] = {"modseq": modseq}
    if report.action == "failed":
        changed["state"] = RecipientState.FAILED
    OutboundRecipient.objects.filter(pk=report.recipient_id).update(**changed)


def _by_ids(account_id: int, told: Told) -> list[OutboundRecipient]:
    """Find whom the named message was handed to: indexes message_by_message_id, outbound_by_sent_message."""
    messages = OutboundMessage.objects.filter(account_id=account_id)
    if outbound_id := _own_envelope(told.bounce.envelope_id):
        return _handed_over(messages.filter(pk=outbound_id))
    if told.bounce.envelope_id and (
        found := _handed_over(messages.filter(envelope_id=told.bounce.envelope_id))
    ):
        return found
    sent = messages.filter(sent_message__account_id=account_id, sent_message__message_id__in=told.message_ids)
    return _handed_over(sent) if told.message_ids else []


def _by_subject(copy: LocalDelivery, told: Bounce) -> list[OutboundRecipient]:
    """Where a report names no message but speaks of its subject: what last went to the recipient it names.

    Some providers return nothing of the message (index outbound_by_sent_message).
    """
    if told.message_id or told.envelope_id:
        return []
    sent = OutboundMessage.objects.filter(account_id=copy.account_id, sent_message__isnull=False)
    recent = list(sent.order_by("-sent_message").values_list("pk", "sent_message__subject")[:_LOOKED_AT])
    text = copy.content.digest.search_text
    about = [key for key, subject in recent if len(subject) >= _LEAST_SUBJECT and subject in text]
    named = {_normal(item.address) for item in told.recipients}
    rows = _handed_over(sent.filter(pk__in=about).order_by("-pk"))
    return [row for row in sorted(rows, key=lambda row: -row.pk) if _normal(row.address) in named][:1]


def _handed_over(messages: Iterable[OutboundMessage]) -> list[OutboundRecipient]:
    rows = OutboundRecipient.objects.filter(
        message__in=messages, attempts__code__range=(200, 299), attempts__host__gt=""
    )
    rows = rows.filter(state__in=(RecipientState.DELIVERED, RecipientState.FAILED))
    return list(rows.distinct().order_by("pk"))


def _own_envelope(name: str) -> int:
    """Read an envelope's name of ours; 0 for any other."""
    number = name.partition(".")[0]
    if number.isascii() and number.isdigit() and len(number) < 19:
        return int(number) if constant_time_compare(envelope_id(int(number)), name) else 0
    return 0


def _normal(address: str) -> str:
    try:
        return normalise(address)
    except AddressError:
        return address.lower()
