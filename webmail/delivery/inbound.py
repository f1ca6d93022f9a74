"""The steps after DATA: recipients once more, trace headers, one transaction for all that came together."""

import itertools
import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DataError, Error, IntegrityError

from mailserver.authenticity import results
from mailserver.smtp import trace
from mailserver.smtp.envelope import Envelope
from mailserver.smtp.reply import TROUBLE, Reply

from . import remote_report
from .arrival import Content, LocalDelivery, Told, read_content
from .directory import Directory
from .local import deliver_local
from .verdict import Handling, Recipient, suspicion

log = logging.getLogger(__name__)

_serial = itertools.count()


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
    replies: list[Reply] = []
    for arrived in batch:
        queue_id = _queue_id()
        if all(recipients[recipient].accounts for recipient in arrived.envelope.recipients):
            items.extend(_copies(arrived, recipients, queue_id))
            replies.append(Reply(250, "2.0.0", f"Stored as {queue_id}"))
        else:
            # Somebody's account went since RCPT: told when the sender tries again, none is lost meanwhile.
            replies.append(TROUBLE)
    if items:
        deliver_local(items)
    return replies


def _copies(arrived: Arrived, recipients: Mapping[str, Recipient], queue_id: str) -> Iterator[LocalDelivery]:
    """One copy for each account, however many of its addresses were named."""
    envelope = arrived.envelope
    reached: dict[int, str] = {}
    for recipient in envelope.recipients:
        for account_id in recipients[recipient].accounts:
            reached.setdefault(account_id, recipient)
    found = envelope.findings
    spam, checks = suspicion(found, Handling(settings.DMARC_FAILURES)), found.checks
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
            trace=proof
            + trace.received(envelope, by=settings.MAIL_HOSTNAME, queue_id=queue_id, recipient=recipient),
        )


def _queue_id() -> str:
    """A name for the log and the peer's log: rises with time, and differs between processes."""
    return f"{time.time_ns() // 1000:x}-{os.getpid():x}-{next(_serial):x}"
