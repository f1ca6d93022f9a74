"""The steps after DATA: recipients once more, trace headers, one transaction for all that came together."""

import itertools
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DataError, Error, IntegrityError, transaction
from django.utils import timezone

from mailserver.authenticity import results
from mailserver.message.address import detail_of, domain_of
from mailserver.smtp import trace
from mailserver.smtp.envelope import Envelope
from mailserver.smtp.reply import TROUBLE, Reply

from . import forward, queue_ids, receipts, remote_report, signing
from .arrival import Content, LocalDelivery, Told, read_content
from .directory import Directory
from .forward import Forward
from .local import deliver_local
from .receipts import Receipt
from .verdict import LOOP, Recipient, Severity, suspicion

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that was read, and how it came."""

    envelope: Envelope
    content: Content
    told: Told | None = None


def read(envelope: Envelope) -> Arrived:
    """Read a message; what is stored of it needs no more work then.

    What others say in our name about who wrote it is taken out.
    """
    content = read_content(results.without(envelope.content, settings.MAIL_HOSTNAME))
    return Arrived(envelope, content, remote_report.read(envelope.mail_from, content))


def receive(batch: Sequence[Arrived], directory: Directory) -> list[Reply]:
    """Store messages for all their recipients; a positive reply says committed.

    When the database does not serve, all are asked to come again: no message is to blame. Anything else that
    is raised may be the fault of one of them; the caller then tries each alone.
    """
    try:
        return _receive(batch, directory)
    except (DataError, IntegrityError):
        raise
    except Error as trouble:
        log.error("The database does not take mail: %s", trouble)  # noqa: TRY400 — each group would repeat it
        return [TROUBLE] * len(batch)


def _receive(batch: Sequence[Arrived], directory: Directory) -> list[Reply]:
    recipients = directory.look_up(
        itertools.chain.from_iterable(arrived.envelope.recipients for arrived in batch)
    )
    items: list[LocalDelivery] = []
    forwards: list[Forward] = []
    told: list[Receipt] = []
    replies: list[Reply] = []
    for arrived in batch:
        queue_id = queue_ids.make()
        refusal = _refusal(arrived, recipients)
        if refusal is None:
            items.extend(_copies(arrived, recipients, queue_id))
            forwards.extend(_forwards(arrived, recipients, queue_id))
            told.extend(_receipts(arrived, recipients))
        replies.append(refusal or Reply(250, "2.0.0", f"Stored as {queue_id}"))
    _deliver(items, forwards, told)
    return replies


def _refusal(arrived: Arrived, recipients: Mapping[str, Recipient]) -> Reply | None:
    """Say why a message isn't taken after all."""
    found = {each: recipients[each] for each in arrived.envelope.recipients}
    if not all(each.leads_somewhere for each in found.values()):
        # Somebody's account went since RCPT: told when the sender tries again, none is lost meanwhile.
        return TROUBLE
    return LOOP if all(_comes_back(arrived, *each) for each in found.items()) else None


def _comes_back(arrived: Arrived, name: str, recipient: Recipient) -> bool:
    """Tell whether a message was handed on for this recipient before, and would be so for ever."""
    return bool(recipient.outside) and not recipient.accounts and arrived.content.was_for(name)


def _deliver(items: Sequence[LocalDelivery], forwards: Sequence[Forward], told: Sequence[Receipt]) -> None:
    """Write all of it or nothing."""
    if not forwards and not told:
        if items:
            deliver_local(items)
        return
    with transaction.atomic():
        if items:
            deliver_local(items)
        forward.enqueue(forwards, timezone.now())
        receipts.enqueue(told, timezone.now())


def _receipts(arrived: Arrived, recipients: Mapping[str, Recipient]) -> list[Receipt]:
    """Say what is told of a message: to a sender who is proven, or comes from a network of ours, only.

    Whoever forges a sender could have others written to. Of what looks like spam nothing is told, either.
    """
    envelope = arrived.envelope
    if not envelope.wishes or suspicion(envelope.findings, Severity(settings.DMARC_FAILURES)):
        return []
    if (checks := envelope.findings.checks) and not checks.proves(domain_of(envelope.mail_from)):
        return []
    # Where it goes on, too, the wish goes with it.
    reached = [each for each in envelope.recipients if not recipients[each].outside]
    return receipts.of(envelope, arrived.content, reached)


def _forwards(arrived: Arrived, recipients: Mapping[str, Recipient], queue_id: str) -> Iterator[Forward]:
    """Hand on what came for addresses that lead elsewhere; what was handed on for one before is there."""
    envelope, checks = arrived.envelope, arrived.envelope.findings.checks
    seals: dict[str, bytes] = {}
    for name in envelope.recipients:
        recipient = recipients[name]
        if recipient.outside and not arrived.content.was_for(name):
            domain = domain_of(name)
            if checks and domain not in seals:
                seals[domain] = signing.seal(arrived.content.raw, name, checks, timezone.now())
            yield Forward(
                recipient=name,
                targets=recipient.outside,
                return_path="" if recipient.is_rewritten else envelope.mail_from,
                content=arrived.content,
                seal=seals.get(domain, b""),
                trace=trace.received(envelope, by=settings.MAIL_HOSTNAME, queue_id=queue_id, recipient=name),
                wishes=envelope.wishes_for(name),
                envelope_id=envelope.options.get("ENVID", ""),
                returns=envelope.options.get("RET", "").upper(),
                tls_wish=envelope.tls_wish,
            )


def _copies(arrived: Arrived, recipients: Mapping[str, Recipient], queue_id: str) -> Iterator[LocalDelivery]:
    """One copy for each account, however many of its addresses were named."""
    envelope = arrived.envelope
    reached: dict[int, str] = {}
    for recipient in envelope.recipients:
        for account_id in recipients[recipient].accounts:
            reached.setdefault(account_id, recipient)
    found = envelope.findings
    spam, checks = suspicion(found, Severity(settings.DMARC_FAILURES)), found.checks
    wish = envelope.tls_wish
    proof = results.write(settings.MAIL_HOSTNAME, checks.results()) if checks else b""
    for account_id, recipient in reached.items():
        yield LocalDelivery(
            account_id=account_id,
            recipient=recipient,
            return_path=envelope.mail_from,
            content=arrived.content,
            received_at=envelope.received_at,
            sorts=account_id in recipients[recipient].sorting,
            automates=account_id in recipients[recipient].automating,
            spam=spam,
            checks=checks,
            filters=account_id in recipients[recipient].filtering,
            told=arrived.told,
            tls_wish=wish,
            detail=detail_of(recipient) if account_id in recipients[recipient].detailing else "",
            trace=proof
            + trace.received(envelope, by=settings.MAIL_HOSTNAME, queue_id=queue_id, recipient=recipient),
        )
