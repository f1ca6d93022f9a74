"""The steps after DATA: recipients once more, trace headers, one transaction for all that came together."""

import itertools
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DataError, Error, IntegrityError

from mailserver.smtp import trace
from mailserver.smtp.envelope import Envelope
from mailserver.smtp.reply import TROUBLE, Reply
from webmail.store.spam_marks import Reason

from . import queue_ids
from .arrival import Content, LocalDelivery, read_content
from .directory import Directory
from .local import deliver_local
from .verdict import Recipient, is_junk

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that was read, and how it came."""

    envelope: Envelope
    content: Content


def read(envelope: Envelope) -> Arrived:
    """Read a message; what is stored of it needs no more work then."""
    return Arrived(envelope, read_content(envelope.content))


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
        queue_id = queue_ids.make()
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
    opinion = envelope.opinion
    spam = Reason("rspamd", opinion.symbols) if opinion and is_junk(opinion) else None
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
            filters=account_id in recipients[recipient].filtering,
            trace=trace.received(envelope, by=settings.MAIL_HOSTNAME, queue_id=queue_id, recipient=recipient),
        )
