"""Sweep away what nobody needs any more: about once an hour; small transactions, safe at any time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from webmail.models import (
    Account,
    Blob,
    BulkAction,
    ExpungedMessage,
    LoginFailures,
    Mailbox,
    MailboxMessage,
    Message,
    OutboundMessage,
    Role,
    Session,
    Thread,
    UndoableAction,
    Upload,
    VacationAnswer,
)

from . import bulk, imports, log_ins, partial_uploads, rejects, search
from .change import Change
from .expunge import expunge

UNDO_FOREVER = timedelta(hours=1)
UNDO = timedelta(days=1)
UPLOAD = timedelta(days=1)
BINS = timedelta(days=30)
# A mail program that was away for longer is told all that is there instead (RFC 7162 §3.2.5.1).
EXPUNGED = timedelta(days=90)
# Longer than any answer keeps another one from being sent.
ANSWERS = timedelta(days=30)
_BLOB_REST = timedelta(hours=1)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """How many of each were swept."""

    expired: int
    messages: int
    threads: int
    undo_actions: int
    uploads: int
    blobs: int
    sessions: int
    login_failures: int
    log_ins: int
    answers: int
    forgotten: int
    imports: int
    rejects: int


def run(now: datetime | None = None) -> Swept:
    """Sweep all; `now` lets a test hurry."""
    now = now or timezone.now()
    partial_uploads.sweep(now)
    return Swept(
        messages=delete_orphans(now - UNDO_FOREVER),
        expired=expire_bins(now - BINS),
        forgotten=forget_expunged(now - EXPUNGED),
        threads=delete_empty_threads(),
        undo_actions=_forget_acts(now - UNDO),
        uploads=_forget_uploads(now - UPLOAD),
        blobs=delete_unused_blobs(now - _BLOB_REST),
        sessions=Session.objects.filter(expire_date__lt=now).delete()[0],
        imports=imports.sweep(now),
        rejects=rejects.forget(now - rejects.KEPT),
        answers=VacationAnswer.objects.filter(answered_at__lt=now - ANSWERS).delete()[0],
        login_failures=LoginFailures.objects.filter(expires_at__lt=now).delete()[0],
        log_ins=log_ins.forget(now - log_ins.KEPT),
    )


def _forget_uploads(before: datetime) -> int:
    """Delete files that no letter holds."""
    return Upload.objects.filter(created_at__lt=before, draft=None).delete()[0]


def _forget_acts(before: datetime) -> int:
    """Delete the ways back that are too old, but of what is still being done."""
    finished = ~Exists(BulkAction.objects.filter(pk=OuterRef("bulk_id"), state__in=bulk.UNFINISHED))
    count = UndoableAction.objects.filter(finished, created_at__lt=before).delete()[0]
    BulkAction.objects.filter(created_at__lt=before).exclude(state__in=bulk.UNFINISHED).delete()
    return count


def expire_bins(before: datetime) -> int:
    """Take out of Trash and Junk what came there before; it can't be undone, and goes with the orphans.

    The uids of a mailbox rise with the time, so the old ones are the first (constraint placement_uid).
    """
    count = 0
    for mailbox in Mailbox.objects.filter(role__in=(Role.TRASH, Role.JUNK), message_count__gt=0):
        while True:
            oldest = MailboxMessage.objects.filter(mailbox=mailbox).order_by("uid")
            rows = oldest.values_list("message_id", "saved_at")[:_BATCH]
            old = [message_id for message_id, saved_at in rows if saved_at < before]
            count += len(old)
            if old:
                expunge(mailbox.account_id, mailbox.pk, old)
            if len(old) < _BATCH:
                break
    return count


def delete_orphans(before: datetime) -> int:
    """Delete the messages that stand nowhere since before then (index message_orphaned)."""
    count = 0
    orphans = Message.objects.filter(orphaned_at__lt=before)
    for account_id in list(orphans.order_by().values_list("account_id", flat=True).distinct()):
        while True:
            # Under the account's lock no Undo can bring back what is being deleted.
            with Change([account_id]):
                ids = list(orphans.filter(account_id=account_id).values_list("pk", flat=True)[:_BATCH])
                search.forget(ids)
                Message.objects.filter(pk__in=ids).delete()
            count += len(ids)
            if len(ids) < _BATCH:
                break
    return count


def delete_empty_threads() -> int:
    """Delete conversations without any message (index thread_empty), but those that lead on.

    What became empty since `forgotten_modseq` stays: a page that was asleep must learn that it went.
    """
    has_messages = Exists(Message.objects.filter(thread=OuterRef("pk")))
    successor = Exists(Thread.objects.filter(pk=OuterRef("merged_into_id")))
    empty = Thread.objects.filter(~has_messages, ~successor, message_count=0)
    of_account = Thread.objects.filter(account=OuterRef("pk"), message_count=0)
    accounts = Account.objects.filter(Exists(of_account.filter(modseq__lte=OuterRef("forgotten_modseq"))))
    count = 0
    for account in accounts.only("forgotten_modseq"):
        old = empty.filter(account=account, modseq__lte=account.forgotten_modseq)
        while ids := list(old.values_list("pk", flat=True)[:_BATCH]):
            with Change([account.pk]):
                old.filter(pk__in=ids).delete()
            count += len(ids)
            if len(ids) < _BATCH:
                break
    return count


def forget_expunged(before: datetime) -> int:
    """Forget what was expunged before then, and note up to which modseq (index expunged_of_account).

    Of an account, modseq and time rise together: the old rows are the first.
    """
    rows = ExpungedMessage.objects.filter(account=OuterRef("pk")).order_by("modseq")
    oldest = Subquery(rows.values("expunged_at")[:1])
    accounts = Account.objects.annotate(oldest=oldest).filter(oldest__lt=before)
    return sum(_forget_expunged(account_id, before) for account_id in accounts.values_list("pk", flat=True))


def _forget_expunged(account_id: int, before: datetime) -> int:
    count = 0
    while True:
        rows = ExpungedMessage.objects.filter(account_id=account_id).order_by("modseq")
        oldest = rows.values_list("modseq", "expunged_at")[:_BATCH]
        old = [modseq for modseq, expunged_at in oldest if expunged_at < before]
        if not old:
            return count
        with transaction.atomic():
            # First, so that who reads it afterwards never believes in rows that are gone.
            Account.objects.filter(pk=account_id).update(forgotten_modseq=old[-1])
            # All of one modseq were one change, and go at once.
            count += rows.filter(modseq__lte=old[-1]).delete()[0]


def delete_unused_blobs(before: datetime) -> int:
    """Delete the raw bytes that nothing refers to; young ones rest, as their message may be on its way."""
    return sum(_delete_blobs(ids) for ids in _batches(_unused(Blob.objects.filter(created_at__lt=before))))


def _unused(blobs: QuerySet[Blob]) -> QuerySet[Blob]:
    for model in (Message, Upload, OutboundMessage):
        blobs = blobs.filter(~Exists(model.objects.filter(blob=OuterRef("pk"))))
    return blobs


def _batches(blobs: QuerySet[Blob]) -> Iterator[list[int]]:
    """Yield keys in order, each batch looked up when the one before is done with."""
    last = 0
    while ids := list(blobs.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        yield ids
        last = ids[-1]


def _delete_blobs(ids: list[int]) -> int:
    """Lock, look again, delete: a delivery that has just found these bytes known keeps them.

    It holds its blobs' rows (`blobs.save`), so they are skipped; what it committed before the lock
    shows in the second look, which is a statement, and so a snapshot, of its own.
    """
    with transaction.atomic():
        locked = Blob.objects.select_for_update(skip_locked=True).filter(pk__in=ids)
        held = list(locked.values_list("pk", flat=True))
        unused = list(_unused(Blob.objects.filter(pk__in=held)).values_list("pk", flat=True))
        Blob.objects.filter(pk__in=unused).delete()
    return len(unused)
