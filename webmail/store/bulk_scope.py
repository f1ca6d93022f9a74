"""Which conversations or messages a large act comes to next."""

from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet, Value

from mailserver.query import parse
from webmail.models import BulkAction, MailboxThread, Thread, Unit

from . import from_senders
from .from_senders import FromSenders
from .queries.cursor import Cursor
from .queries.found import ground_of, matching
from .queries.mailboxes import mailbox_list
from .queries.message_pages import all_messages, mailbox_messages, starred_messages


@dataclass(frozen=True, slots=True)
class Batch:
    """Ids of the act's unit, and where the next batch begins; "" when this is the last."""

    SIZE: ClassVar[int] = 200

    ids: list[int]
    cursor: str


def next_batch(row: BulkAction) -> Batch:
    """Choose the next ones, from the newest on; what has got mail since the act began is left out."""
    if row.from_senders:
        return _sent_by(row)
    if row.query:
        return _found(row)
    if row.unit == Unit.MESSAGE:
        return _messages(row)
    if row.mailbox_id is not None:
        # Index mailbox_thread_newest.
        listed = MailboxThread.objects.filter(mailbox_id=row.mailbox_id, account_id=row.account_id)
        return _listed(row, listed.annotate(key=F("thread_id"), first=F("pinned")))
    # Index thread_newest or thread_starred.
    threads = Thread.objects.filter(account_id=row.account_id, listed=True)
    threads = threads.filter(flagged_count__gt=0) if row.starred else threads
    return _listed(row, threads.annotate(key=F("pk"), first=Value(value=False)))


def _listed(row: BulkAction, rows: QuerySet[Any]) -> Batch:
    """Take the next of a list, in its order."""
    if before := Cursor.parse(row.cursor):
        rows = _behind(rows, before)
    ordered = rows.order_by("-first", "-latest_received_at", "-key")
    found = list(ordered.values_list("key", "latest_received_at", "first", "latest_message_id")[: Batch.SIZE])
    if not found:
        return Batch([], "")
    key, at, pinned, _ = found[-1]
    last = Cursor(at, key, pinned=bool(pinned))
    threads = [key for key, *_, message_id in found if message_id and message_id <= row.last_message_id]
    return Batch(threads, str(last) if len(found) == Batch.SIZE else "")


def _messages(row: BulkAction) -> Batch:
    """Take the next page of single messages."""
    before = Cursor.parse(row.cursor)
    if row.mailbox_id is not None:
        page = mailbox_messages(row.account_id, row.mailbox_id, before=before, limit=Batch.SIZE)
    else:
        read = starred_messages if row.starred else all_messages
        page = read(row.account_id, before=before, limit=Batch.SIZE)
    ids = [line.id for line in page.rows if line.id <= row.last_message_id]
    return Batch(ids, str(page.next or ""))


def _behind(rows: QuerySet[Any], before: Cursor) -> QuerySet[Any]:
    """Keep what follows; the few that are pinned come first."""
    passed = Q(latest_received_at__gt=before.at) | Q(latest_received_at=before.at, key__gte=before.id)
    if before.pinned:
        return rows.exclude(passed, first=True)
    return rows.filter(first=False, latest_received_at__lte=before.at).exclude(
        latest_received_at=before.at, key__gte=before.id
    )


def _found(row: BulkAction) -> Batch:
    """Take the next that the query finds; its days and ages are those of the moment the act began."""
    ground = ground_of(row.account_id, mailbox_list(row.account_id), row.created_at, ZoneInfo(row.time_zone))
    high = int(row.cursor or row.last_message_id)
    ids, following = matching(ground, parse(row.query), high, Batch.SIZE, row.last_message_id, unit=row.unit)
    return Batch(ids, str(following) if following > 0 else "")


def _sent_by(row: BulkAction) -> Batch:
    """Take the next messages of the senders."""
    wanted = FromSenders.loads(row.from_senders)
    high = int(row.cursor or row.last_message_id)
    messages, following = from_senders.following(row.account_id, wanted, high)
    return Batch(messages, str(following) if following > 0 else "")
