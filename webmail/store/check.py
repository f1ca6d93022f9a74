"""Verify all that is kept: counters, conversations, uids, modseqs, bytes by their hash."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from itertools import batched
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from webmail.models import (
    Account,
    Blob,
    ExpungedMessage,
    Mailbox,
    MailboxMessage,
    MailboxThread,
    Message,
    Role,
    Thread,
)

from . import blobs
from .board import standings_of
from .summary import MailboxSummary, Standing, ThreadSummary, summarise
from .threads import MAX_MESSAGES

_BATCH = 500
_LISTED = (
    *("message_count", "unseen_count", "latest_received_at", "latest_message_id"),
    *("pinned", "snoozed_until"),
)
_COUNTED = tuple(column.name for column in fields(ThreadSummary) if column.name != "mailboxes")


def problems(*, bytes_too: bool = True) -> Iterator[str]:
    """Say what is wrong, a line each; nothing when all is well. Run it while nothing is changed.

    `bytes_too` also reads every blob and hashes it.
    """
    for account in Account.objects.order_by("pk"):
        for problem in _account_problems(account):
            yield f"{account.address}: {problem}"
    yield from _stray_rows()
    if bytes_too:
        yield from _blob_problems()


def _account_problems(account: Account) -> Iterator[str]:
    used = Message.objects.filter(account=account, orphaned_at=None).aggregate(size=Sum("size"))["size"] or 0
    if used != account.used_bytes:
        yield f"uses {used} bytes, but {account.used_bytes} are counted"
    for mailbox in Mailbox.objects.filter(account=account).order_by("pk"):
        for problem in _mailbox_problems(account, mailbox):
            yield f"mailbox {mailbox.path}: {problem}"
    yield from _thread_problems(account)


def _mailbox_problems(account: Account, mailbox: Mailbox) -> Iterator[str]:
    placed = MailboxMessage.objects.filter(mailbox=mailbox)
    listed = MailboxThread.objects.filter(mailbox=mailbox)
    found = placed.aggregate(
        message_count=Count("pk"),
        unseen_count=Count("pk", filter=Q(seen=False)),
        size=Sum("size", default=0),
        uid=Max("uid", default=0),
        highest=Max("modseq", default=0),
    )
    found["thread_count"] = listed.count()
    found["unseen_thread_count"] = listed.filter(unseen_count__gt=0).count()
    uid, highest = found.pop("uid"), found.pop("highest")
    for name, value in found.items():
        if getattr(mailbox, name) != value:
            yield f"{name} is {value}, but {getattr(mailbox, name)} is kept"
    gone = ExpungedMessage.objects.filter(mailbox=mailbox)
    last = gone.aggregate(uid=Max("uid", default=0), modseq=Max("modseq", default=0))
    if mailbox.uid_next <= max(uid, last["uid"]):
        yield f"uid_next {mailbox.uid_next} was given already"
    if mailbox.highest_modseq < max(highest, last["modseq"]) or mailbox.highest_modseq > account.modseq:
        yield f"highest_modseq {mailbox.highest_modseq} is out of order"
    if gone.filter(uid__in=placed.values("uid")).exists():
        yield "a uid is both there and expunged"


def _thread_problems(account: Account) -> Iterator[str]:
    """Count every conversation anew, in batches."""
    bins = Mailbox.objects.filter(account=account, role__in=(Role.JUNK, Role.TRASH))
    hidden = set(bins.values_list("pk", flat=True))
    keys = Thread.objects.filter(account=account).order_by("pk").values_list("pk", flat=True)
    for batch in batched(keys.iterator(), _BATCH, strict=False):
        for thread, standings, listed in _read_threads(batch):
            for problem in _one_thread(thread, standings, listed, hidden):
                yield f"conversation {thread.pk}: {problem}"


def _read_threads(
    keys: Sequence[int],
) -> Iterator[tuple[Thread, list[Standing], dict[int, tuple[Any, ...]]]]:
    standings: dict[int, list[Standing]] = {key: [] for key in keys}
    for standing in standings_of(keys):
        standings[standing.thread_id].append(standing)
    listed: dict[int, dict[int, tuple[Any, ...]]] = {key: {} for key in keys}
    for key, mailbox, *values in MailboxThread.objects.filter(thread_id__in=keys).values_list(
        "thread_id", "mailbox_id", *_LISTED
    ):
        listed[key][mailbox] = tuple(values)
    for thread in Thread.objects.filter(pk__in=keys).order_by("pk"):
        yield thread, standings[thread.pk], listed[thread.pk]


def _one_thread(
    thread: Thread,
    standings: list[Standing],
    listed: dict[int, tuple[Any, ...]],
    hidden: Collection[int],
) -> Iterator[str]:
    summary = summarise(standings, hidden)
    for name in _COUNTED:
        value = getattr(summary, name)
        if getattr(thread, name) != value and not (name == "latest_received_at" and value is None):
            yield f"{name} is {value!r}, but {getattr(thread, name)!r} is kept"
    expected = {mailbox: _listed(row) for mailbox, row in summary.mailboxes.items()}
    if expected != listed:
        yield "its rows in the lists are not what stands there"
    if len({row.message_id for row in standings}) > MAX_MESSAGES:
        yield f"it has more than {MAX_MESSAGES} messages"
    flags: dict[int, tuple[Any, ...]] = {}
    for row in standings:
        kept = (row.seen, row.answered, row.flagged, row.draft, row.keywords)
        if flags.setdefault(row.message_id, kept) != kept:
            yield f"message {row.message_id} has different flags in two mailboxes"


def _listed(summary: MailboxSummary) -> tuple[Any, ...]:
    return tuple(getattr(summary, name) for name in _LISTED)


def _stray_rows() -> Iterator[str]:
    """Find rows that contradict each other, or that nothing leads to."""
    stands = Exists(MailboxMessage.objects.filter(message=OuterRef("pk")))
    checks: list[tuple[str, QuerySet[Any]]] = [
        ("stands nowhere and is not marked so", Message.objects.filter(~stands, orphaned_at=None)),
        ("stands somewhere and is marked as gone", Message.objects.filter(stands, orphaned_at__isnull=False)),
        ("has a size that is not its bytes'", _wrong_sizes()),
        (
            "is a placement whose message, mailbox, conversation or account disagree",
            MailboxMessage.objects.exclude(
                account_id=F("message__account_id"),
                mailbox__account_id=F("account_id"),
                thread_id=F("message__thread_id"),
                size=F("message__size"),
            ),
        ),
        (
            "is pinned where nothing can be",
            MailboxMessage.objects.filter(pinned=True).exclude(mailbox__role__in=(Role.NONE, Role.INBOX)),
        ),
        (
            "waits for its time outside Snoozed",
            MailboxMessage.objects.filter(snoozed_until__isnull=False, surfaced_at=None).exclude(
                mailbox__role=Role.SNOOZED
            ),
        ),
        (
            "came back to another place than the Inbox",
            MailboxMessage.objects.filter(surfaced_at__isnull=False).exclude(mailbox__role=Role.INBOX),
        ),
        (
            "is a placement newer than its account",
            MailboxMessage.objects.filter(modseq__gt=F("account__modseq")),
        ),
        ("is a conversation of another account", Message.objects.exclude(thread__account_id=F("account_id"))),
    ]
    for text, rows in checks:
        for row in rows.order_by("pk")[:_BATCH]:
            yield f"{row._meta.model_name} {row.pk} {text}"


def _wrong_sizes() -> QuerySet[Message]:
    """Messages that are smaller than the blob they share; the prefix makes up the rest."""
    return Message.objects.filter(size__lt=F("blob__size"))


def _blob_problems() -> Iterator[str]:
    for blob in Blob.objects.order_by("pk").iterator(chunk_size=_BATCH):
        try:
            raw = blobs.read(blob.pk)
        except blobs.MissingBlobError as error:
            yield str(error)
            continue
        if hashlib.sha256(raw).digest() != bytes(blob.sha256):
            yield f"blob {blob.pk} is not what was stored"
