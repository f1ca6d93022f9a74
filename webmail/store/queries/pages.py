"""Pages of conversations: what a list shows, at most three statements each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from webmail.models import MailboxThread, Thread

from .cursor import Cursor, window


class Sender(NamedTuple):
    """Somebody who wrote in a conversation, and whether something of theirs is unread."""

    name: str
    unseen: bool
    address: str


class Label(NamedTuple):
    """A mailbox without a role that a conversation stands in."""

    id: int
    path: str
    color: str


@dataclass(slots=True)
class Row:
    """A conversation in a list: everything its line shows."""

    thread_id: int
    latest_received_at: datetime
    senders: list[Sender]
    subject: str
    preview: str
    message_count: int
    unseen: bool
    flagged: bool
    has_attachment: bool
    draft_count: int
    modseq: int
    to_text: str = ""
    labels: list[Label] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first, and where the neighbouring pages begin; `start` rows are newer than these.

    Pass `next` as `before` and `previous` as `after`.
    """

    rows: list[Row]
    next: Cursor | None
    previous: Cursor | None
    start: int = 0


_LISTED = (
    "thread_id",
    "latest_received_at",
    "thread__senders",
    "thread__subject",
    "latest_message__preview",
    "thread__message_count",
    "unseen_count",
    "thread__flagged_count",
    "thread__has_attachment",
    "thread__draft_count",
    "thread__modseq",
    "latest_message__to_text",
)
_THREAD = (
    "id",
    "latest_received_at",
    "senders",
    "subject",
    "latest_message__preview",
    "message_count",
    "unseen_count",
    "flagged_count",
    "has_attachment",
    "draft_count",
    "modseq",
    "latest_message__to_text",
)


def mailbox_page(
    account_id: int,
    mailbox_id: int,
    *,
    before: Cursor | None = None,
    after: Cursor | None = None,
    limit: int = 50,
    unread_only: bool = False,
) -> Page:
    """Conversations that stand in a mailbox (index mailbox_thread_newest, mailbox_thread_unseen)."""
    rows = MailboxThread.objects.filter(account_id=account_id, mailbox_id=mailbox_id)
    if unread_only:
        rows = rows.filter(unseen_count__gt=0)
    found = window(rows, time="latest_received_at", key="thread_id", before=before, after=after)
    return _page(list(found.values_list(*_LISTED)[: limit + 1]), before, after, limit)


def all_page(
    account_id: int, *, before: Cursor | None = None, after: Cursor | None = None, limit: int = 50
) -> Page:
    """All conversations but those in Junk and Trash only (index thread_newest)."""
    rows = Thread.objects.filter(account_id=account_id, listed=True)
    found = window(rows, time="latest_received_at", key="id", before=before, after=after)
    return _page(list(found.values_list(*_THREAD)[: limit + 1]), before, after, limit)


def starred_page(
    account_id: int, *, before: Cursor | None = None, after: Cursor | None = None, limit: int = 50
) -> Page:
    """Conversations with a starred message outside Junk and Trash (index thread_starred)."""
    rows = Thread.objects.filter(account_id=account_id, listed=True, flagged_count__gt=0)
    found = window(rows, time="latest_received_at", key="id", before=before, after=after)
    return _page(list(found.values_list(*_THREAD)[: limit + 1]), before, after, limit)


def thread_rows(
    account_id: int, thread_ids: Collection[int], mailbox_id: int | None = None, *, listed_only: bool = False
) -> list[Row]:
    """Rows of these conversations, newest first; with `mailbox_id` only those that stand there.

    `listed_only` leaves out, as All mail does, what stands in Junk and Trash only.
    """
    if mailbox_id is None:
        threads = Thread.objects.filter(pk__in=thread_ids, account_id=account_id, message_count__gt=0)
        if listed_only:
            threads = threads.filter(listed=True)
        found = list(threads.order_by("-latest_received_at", "-id").values_list(*_THREAD))
    else:
        listed = MailboxThread.objects.filter(
            thread_id__in=thread_ids, mailbox_id=mailbox_id, account_id=account_id
        )
        found = list(listed.order_by("-latest_received_at", "-thread_id").values_list(*_LISTED))
    rows = [_row(values) for values in found]
    _label(rows)
    return rows


def _page(found: list[Any], before: Cursor | None, after: Cursor | None, limit: int) -> Page:
    """Make rows of what was read, one more than shown, which tells whether the list goes on."""
    more, shown = len(found) > limit, found[:limit]
    start = before.position if before else 0
    if after is not None:
        shown.reverse()
        start = max(0, after.position - len(shown)) if more else 0
    rows = [_row(values) for values in shown]
    _label(rows)
    older, newer = (True, more) if after is not None else (more, before is not None)
    return Page(
        rows=rows,
        next=_place(rows[-1], start + len(rows)) if rows and older else None,
        previous=_place(rows[0], start) if rows and newer else None,
        start=start,
    )


def _place(row: Row, position: int) -> Cursor:
    return Cursor(row.latest_received_at, row.thread_id, position)


def _row(values: Sequence[Any]) -> Row:
    return Row(
        thread_id=values[0],
        latest_received_at=values[1],
        senders=[Sender(name, unseen, address) for name, address, unseen in orjson.loads(values[2])],
        subject=values[3],
        preview=values[4] or "",
        message_count=values[5],
        unseen=values[6] > 0,
        flagged=values[7] > 0,
        has_attachment=values[8],
        draft_count=values[9],
        modseq=values[10],
        to_text=values[11] or "",
    )


def _label(rows: list[Row]) -> None:
    """Read the labels of a page at once (constraint mailbox_thread)."""
    if not rows:
        return
    by_thread = {row.thread_id: row for row in rows}
    labels = (
        MailboxThread.objects.filter(thread_id__in=list(by_thread), mailbox__role="")
        .order_by("mailbox__path")
        .values_list("thread_id", "mailbox_id", "mailbox__path", "mailbox__color")
    )
    for thread_id, mailbox_id, path, color in labels:
        by_thread[thread_id].labels.append(Label(mailbox_id, path, color))
