"""Acts on everything in a place, or on all that a query finds: batch by batch, undone as one.

Each batch is one change: it locks the account, reads where to go on, acts, keeps the way back, and writes
where the next begins. So whoever asks carries it on, the open page or the worker, and two at once do no harm.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from webmail.models import BulkAction, BulkState, Message, UndoableAction, Unit

from . import undo
from .acts import Chosen, Named, act
from .board import UnknownMailboxError
from .bulk_scope import Batch, next_batch
from .change import Change
from .done import Done
from .from_senders import FromSenders
from .pins import TooManyPinsError
from .text import storable

UNFINISHED: Final = (BulkState.RUNNING, BulkState.UNDOING)
_ABANDONED = timedelta(seconds=5)
_WORKER_SECONDS = 1.0
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be done with everything: in a mailbox, among all or the starred, or what `query` finds.

    `target_id` is the mailbox to move to; `add` and `remove` are those of the verb "label".
    It is done to conversations or to single messages, the `unit`. With `from_senders` to messages; they leave
    `mailbox_id` or, without one, all mailboxes.
    `until` is the time of the one verb that names a time: snooze. `also` are the acts of the verb "rule".
    """

    verb: str
    mailbox_id: int | None = None
    target_id: int = 0
    add: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()
    starred: bool = False
    query: str = ""
    total: int | None = None
    unit: str = Unit.CONVERSATION
    from_senders: FromSenders | None = None
    until: datetime | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an act has come, counted in its `unit`; `total` is None where nobody counted them."""

    token: str
    verb: str
    unit: str
    state: str
    done: int
    total: int | None
    target_id: int
    add: tuple[int, ...]
    remove: tuple[int, ...]
    until: datetime | None

    @property
    def is_finished(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.state not in UNFINISHED


def begin(account_id: int, asked: Asked, first: Done | None = None) -> str:
    """Note what is to be done with all that is there now; its token. Nothing is done yet.

    `first` is what was done before and belongs to it: one Undo takes back both.
    """
    now = timezone.now()
    newest = (
        Message.objects.filter(account_id=account_id).order_by("-pk").values_list("pk", flat=True).first()
    )
    made = BulkAction.objects.create(
        account_id=account_id,
        token=secrets.token_urlsafe(16),
        verb=asked.verb,
        unit=Unit.MESSAGE if asked.from_senders else asked.unit,
        mailbox_id=asked.mailbox_id,
        target_id=asked.target_id,
        labels={"add": asked.add, "remove": asked.remove, "also": asked.also},
        until=asked.until,
        starred=asked.starred,
        query=storable(asked.query),
        from_senders=asked.from_senders.dumps() if asked.from_senders else {},
        time_zone=str(timezone.get_current_timezone()),
        last_message_id=newest or 0,
        total=asked.total,
        created_at=now,
        touched_at=now,
    )
    if first and first.inverse:
        undo.remember(account_id, first, bulk_id=made.pk)
    return made.token


def progress(account_id: int, token: str) -> Progress:
    """Read how far it has come; raises `undo.NothingToUndoError` for what is unknown or another's."""
    row = BulkAction.objects.filter(account_id=account_id, token=token).first()
    if row is None:
        raise undo.NothingToUndoError("there is no such act")
    return _progress(row)


def carry_out(account_id: int, token: str, seconds: float) -> Progress:
    """Do batches for about so long, one at least."""
    deadline = time.monotonic() + seconds
    while True:
        found = _step(account_id, token)
        if found.is_finished or time.monotonic() > deadline:
            return found


def take_back(account_id: int, token: str) -> Progress:
    """Begin to undo what was done, finished or not; raises `undo.NothingToUndoError`."""
    with Change([account_id]) as change:
        rows = BulkAction.objects.filter(account_id=account_id, token=token)
        running = rows.filter(state__in=(BulkState.RUNNING, BulkState.DONE))
        if not running.update(state=BulkState.UNDOING, touched_at=change.now):
            raise undo.NothingToUndoError("there is nothing to undo")
    return progress(account_id, token)


def carry_on(now: datetime | None = None) -> None:
    """Go on with what nobody looks after, as its page was closed (index bulk_unfinished)."""
    before = (now or timezone.now()) - _ABANDONED
    waiting = BulkAction.objects.filter(state__in=UNFINISHED, touched_at__lt=before).order_by("touched_at")
    for account_id, token in waiting.values_list("account_id", "token")[:_AT_ONCE]:
        carry_out(account_id, token, _WORKER_SECONDS)


def _step(account_id: int, token: str) -> Progress:
    """Do one batch, forth or back."""
    with Change([account_id]) as change:
        row = BulkAction.objects.filter(account_id=account_id, token=token).first()
        if row is None:
            raise undo.NothingToUndoError("there is no such act")
        if row.state == BulkState.RUNNING:
            _forth(row)
        elif row.state == BulkState.UNDOING:
            _back(row)
        row.touched_at = change.now
        row.save(update_fields=["state", "cursor", "done_count", "touched_at"])
        return _progress(row)


def _forth(row: BulkAction) -> None:
    batch = next_batch(row)
    if batch.ids:
        try:
            done = act(row.verb, row.account_id, Chosen(row.unit, batch.ids), row.mailbox_id, _named(row))
        except (UnknownMailboxError, TooManyPinsError):
            # Where it was to go was deleted meanwhile, or holds no more: what is done stays done.
            row.state = BulkState.DONE
            return
        if done.inverse:
            undo.remember(row.account_id, done, bulk_id=row.pk)
        row.done_count += len(batch.ids)
    row.cursor = batch.cursor
    if not batch.cursor:
        row.state = BulkState.DONE


def _named(row: BulkAction) -> Named:
    add, remove, also = (row.labels.get(name, ()) for name in ("add", "remove", "also"))
    return Named(row.target_id, add, remove, row.until, also)


def _back(row: BulkAction) -> None:
    """Take back the batch that was done last."""
    last = UndoableAction.objects.filter(bulk=row, undone_at=None).order_by("-pk").first()
    if last is None:
        row.state, row.done_count = BulkState.UNDONE, 0
        return
    undo.undo(row.account_id, last.token)
    row.done_count = max(0, row.done_count - Batch.SIZE)


def _progress(row: BulkAction) -> Progress:
    named, counts = _named(row), (row.done_count, row.total)
    labels = tuple(named.add), tuple(named.remove)
    return Progress(row.token, row.verb, row.unit, row.state, *counts, named.target, *labels, named.until)
