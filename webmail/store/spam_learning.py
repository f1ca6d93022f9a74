"""Learning what messages are, in batches, by the worker: nobody waits for it, and each is learnt once."""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from mailserver.message.part import loads
from webmail.models import Account, MailboxMessage, Message, Role, Said, SpamClue, SpamMark

from . import blobs, clues, spam_marks, sql
from .change import Change
from .done import Done, Step
from .text import storable

MAX_CLUES: Final = 50_000
"""Of an account; when there are more, a tenth is forgotten: what was seen least, the oldest first."""

_BATCH = 50
_BATCH_BYTES = 32 << 20
_AT_ONCE = 2
# Measured by bench.spam: with as much of one as of the other, four in a hundred were taken for spam at first.
_HAM_PER_SPAM = 3
_WORKER_SECONDS = 1.0
_WINDOW = 1_000
_RESTED = timedelta(days=1)
_UNDO_MESSAGES = 20_000


class _Lesson(NamedTuple):
    """A message's clues by their keys."""

    message_id: int
    words: dict[int, str]


def carry_on() -> None:
    """Learn what waits, for about a second; one cheap query when nothing does (index spam_mark_waits)."""
    deadline = time.monotonic() + _WORKER_SECONDS
    waiting = SpamMark.objects.filter(waits=True).order_by("account_id").values_list("account_id", flat=True)
    for account_id in list(waiting.distinct()[:_AT_ONCE]):
        while learn(account_id) and time.monotonic() < deadline:
            pass


def learn(account_id: int) -> int:
    """Learn one batch; how many messages. What is wanted comes in beside it: see `_balance`."""
    marks = SpamMark.objects.filter(account_id=account_id, waits=True).order_by("message_id")
    lessons = _lessons(
        marks.values_list("message_id", "message__size", "message__blob_id", "message__structure")
    )
    with transaction.atomic():
        # The account's row first, as every change has it: so nobody waits for each other.
        if not lessons or not Account.objects.select_for_update().filter(pk=account_id).exists():
            return 0
        _learn(account_id, lessons)
        _balance(account_id)
    return len(lessons)


def _lessons(marks: QuerySet[SpamMark, tuple[int, int, int, str]]) -> list[_Lesson]:
    """Read the first of the messages, as many as memory is for; one at least."""
    rows: list[tuple[int, int, int, str]] = []
    size = 0
    for row in marks[:_BATCH]:
        size += row[1]
        if rows and size > _BATCH_BYTES:
            break
        rows.append(row)
    raws = blobs.read_many([blob_id for _, _, blob_id, _ in rows])
    return [
        _Lesson(
            message_id, {clues.key(clue): clue for clue in clues.of_message(raws[blob_id], loads(structure))}
        )
        for message_id, _, blob_id, structure in rows
    ]


def _learn(account_id: int, lessons: Sequence[_Lesson]) -> None:
    """Count what still waits as what it is said to be, and no longer as what it was learnt as."""
    words = {lesson.message_id: lesson.words for lesson in lessons}
    marks = SpamMark.objects.filter(message_id__in=list(words), waits=True)
    said = list(marks.values_list("message_id", "said", "learnt"))
    counts: dict[str, Counter[int]] = {Said.SPAM: Counter(), Said.HAM: Counter()}
    numbers: Counter[str] = Counter()
    for message_id, new, old in said:
        for kind, sign in ((new, 1), (old, -1)):
            if kind:
                numbers[kind] += sign
                for key in words[message_id]:
                    counts[kind][key] += sign
    _count(account_id, counts, {key: word for lesson in lessons for key, word in lesson.words.items()})
    SpamMark.objects.filter(message_id__in=[row[0] for row in said]).update(learnt=F("said"), waits=False)
    Account.objects.filter(pk=account_id).update(
        spam_count=F("spam_count") + numbers[Said.SPAM], ham_count=F("ham_count") + numbers[Said.HAM]
    )


def _count(account_id: int, counts: dict[str, Counter[int]], words: dict[int, str]) -> None:
    spam, ham, now = counts[Said.SPAM], counts[Said.HAM], timezone.now()
    rows = [
        (account_id, key, storable(words[key]), spam[key], ham[key], now)
        for key in sorted(spam.keys() | ham.keys())
        if spam[key] or ham[key]
    ]
    columns = ("account_id", "key", "word", "spam", "ham", "learnt_at")
    sql.insert(
        SpamClue, columns, rows, unique=["account_id", "key"], update=["learnt_at"], add=["spam", "ham"]
    )
    mine = SpamClue.objects.filter(account_id=account_id)
    if any(row[3] < 0 or row[4] < 0 for row in rows):
        mine.filter(spam__lte=0, ham__lte=0).delete()
    surplus = mine.count() - MAX_CLUES
    if surplus > 0:
        least = mine.order_by(F("spam") + F("ham"), "learnt_at", "key").values("pk")
        mine.filter(pk__in=least[: surplus + MAX_CLUES // 10]).delete()


def _balance(account_id: int) -> None:
    """Take mail that was read and kept for wanted, the newest first, for each spam `_HAM_PER_SPAM`.

    Few people tell their filter what is right; without that it would know one side only.
    """
    account = Account.objects.values_list("spam_count", "ham_count").get(pk=account_id)
    waiting = SpamMark.objects.filter(account_id=account_id, waits=True, said=Said.HAM).count()
    missing = account[0] * _HAM_PER_SPAM - account[1] - waiting
    if missing > 0:
        spam_marks.say(account_id, list(_kept(account_id)[: min(missing, _BATCH)]), Said.HAM)


def _kept(account_id: int) -> QuerySet[Message, int]:
    """Name the newest messages, read and kept for a day, of which nothing was said (message_newest)."""
    newest = Message.objects.filter(account_id=account_id).order_by("-pk").values("pk")[:_WINDOW]
    stands = MailboxMessage.objects.filter(message_id=OuterRef("pk"))
    kept = stands.filter(seen=True, draft=False, mailbox__role__in=("", Role.INBOX, Role.ARCHIVE))
    elsewhere = stands.filter(mailbox__role__in=(Role.SENT, Role.JUNK, Role.TRASH))
    marked = SpamMark.objects.filter(message_id=OuterRef("pk")).exclude(said="", reason="")
    rows = Message.objects.filter(Q(pk__in=newest), Exists(kept), ~Exists(elsewhere), ~Exists(marked))
    rested = rows.filter(received_at__lt=timezone.now() - _RESTED)
    return rested.order_by("-pk").values_list("pk", flat=True)


def forget(account_id: int) -> Done:
    """Forget all that was learnt; Undo learns it again from the messages that are still there."""
    with Change([account_id]) as change:
        marks = SpamMark.objects.filter(account_id=account_id).exclude(said="", learnt="")
        rows = list(marks.order_by("-message_id").values_list("message_id", "said"))
        marks.update(said="", learnt="", waits=False)
        SpamClue.objects.filter(account_id=account_id).delete()
        Account.objects.filter(pk=account_id).update(spam_count=0, ham_count=0)
        inverse: list[Step] = []
        for said in Said.values:
            keys = [key for key, was in rows[:_UNDO_MESSAGES] if was == said]
            if keys:
                inverse.append({"verb": "say_spam", "message_ids": keys, "said": said})
        return Done(change.modseq(account_id), len(rows), tuple(inverse))


def switch(account_id: int, *, on: bool) -> None:
    """Let what was learnt decide where new mail goes, or no longer."""
    with Change([account_id]):
        Account.objects.filter(pk=account_id).update(filters_spam=on)
