"""Pages of conversations: what a list shows, one statement each, written out (see store/columns.py).

`message_pages` reads those of single messages.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.db import connection

from webmail.models import MailboxThread

from .. import columns, sql
from .cursor import Cursor, window


class Sender(NamedTuple):
    """Somebody who wrote in a conversation, and whether something of theirs is unread."""

    name: str
    unseen: bool
    address: str


@dataclass(slots=True)
class Row:
    """A line of a list: everything it shows; `mailbox_ids` are those it stands in.

    A conversation, or a single message where there is a `message_id`.
    `latest_received_at` is its place there, `snoozed_until` what MailboxThread says; `unanswered` tells that
    what comes back, or came back, is a letter of one's own that nobody answered. What is `deleted` a mail
    program has marked so, all of it that stands in the mailbox of the list.
    """

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
    to_text: str
    mailbox_ids: Sequence[int]
    message_id: int | None = None
    pinned: bool = False
    snoozed_until: datetime | None = None
    unanswered: bool = False
    deleted: bool = False

    @property
    def id(self) -> int:
        """What names it in its list."""
        return self.thread_id if self.message_id is None else self.message_id


@dataclass(frozen=True, slots=True)
class Page[Begin = Cursor]:
    """Rows in their order, and where the neighbouring pages begin; `start` rows stand before these.

    Pass `next` as `before` and `previous` as `after`.
    """

    rows: list[Row]
    next: Begin | None
    previous: Begin | None
    start: int = 0


class _Order(NamedTuple):
    """The table that orders a list, the columns it does it by, and what else it knows."""

    source: str
    key: str
    time: str
    unseen: str
    pinned: str = ""
    snoozed: str = "NULL"
    unanswered: str = "FALSE"
    deleted: str = "FALSE"

    @property
    def names(self) -> list[str]:
        """The columns of the order, the first first."""
        return [name for name in (self.pinned, self.time, self.key) if name]

    def by(self, direction: str) -> str:
        """Write the order."""
        return ", ".join(f"{name} {direction}" for name in self.names)


# Own mail is in Snoozed, and in the Inbox, by its reminder only. Few are: index placement_of_thread.
_UNANSWERED = (
    "l.snoozed_until IS NOT NULL AND (SELECT COUNT(*) FROM webmail_mailboxmessage o"
    " JOIN webmail_mailbox b ON b.id = o.mailbox_id WHERE o.thread_id = l.thread_id"
    " AND o.message_id = l.latest_message_id AND b.role = 'sent') > 0"
)
# Index placement_of_thread, or placement_deleted, where few are.
_DELETED = (
    "(SELECT COUNT(*) FROM webmail_mailboxmessage d WHERE d.mailbox_id = l.mailbox_id"
    " AND d.thread_id = l.thread_id AND {deleted}) >= l.message_count"
)
_IN_MAILBOX = _Order(
    "webmail_mailboxthread l JOIN webmail_thread t ON t.id = l.thread_id"
    " LEFT JOIN webmail_message m ON m.id = l.latest_message_id",
    "l.thread_id",
    "l.latest_received_at",
    "l.unseen_count",
    "l.pinned",
    "l.snoozed_until",
    _UNANSWERED,
    _DELETED,
)
_ANYWHERE = _Order(
    "webmail_thread t LEFT JOIN webmail_message m ON m.id = t.latest_message_id",
    "t.id",
    "t.latest_received_at",
    "t.unseen_count",
)
_PLACES = "webmail_mailboxthread s WHERE s.thread_id = t.id"


def mailbox_page(
    account_id: int,
    mailbox_id: int,
    *,
    before: Cursor | None = None,
    after: Cursor | None = None,
    limit: int = 50,
    unread_only: bool = False,
    soonest_first: bool = False,
) -> Page:
    """Conversations that stand in a mailbox, the pinned first, then the newest, or the soonest to come back.

    Index mailbox_thread_newest, mailbox_thread_unseen.
    """
    condition = "l.account_id = %s AND l.mailbox_id = %s" + (" AND l.unseen_count > 0" if unread_only else "")
    return _page(
        _IN_MAILBOX,
        condition,
        [account_id, mailbox_id],
        before=before,
        after=after,
        limit=limit,
        ascending=soonest_first,
    )


def place_in(account_id: int, mailbox_id: int, thread_id: int) -> Cursor | None:
    """Find where in the list of a mailbox a conversation stands (constraint mailbox_thread)."""
    listed = MailboxThread.objects.filter(
        thread_id=thread_id, mailbox_id=mailbox_id, account_id=account_id
    ).values_list("latest_received_at", "pinned")
    return next((Cursor(at, thread_id, pinned=pinned) for at, pinned in listed), None)


def all_page(
    account_id: int, *, before: Cursor | None = None, after: Cursor | None = None, limit: int = 50
) -> Page:
    """All conversations but those in Junk and Trash only (index thread_newest)."""
    condition = f"t.account_id = %s AND {sql.true('t.listed')}"
    return _page(_ANYWHERE, condition, [account_id], before=before, after=after, limit=limit)


def starred_page(
    account_id: int, *, before: Cursor | None = None, after: Cursor | None = None, limit: int = 50
) -> Page:
    """Conversations with a starred message outside Junk and Trash (index thread_starred)."""
    condition = f"t.account_id = %s AND t.flagged_count > 0 AND {sql.true('t.listed')}"
    return _page(_ANYWHERE, condition, [account_id], before=before, after=after, limit=limit)


def thread_rows(
    account_id: int, thread_ids: Collection[int], mailbox_id: int | None = None, *, listed_only: bool = False
) -> list[Row]:
    """Rows of these conversations, newest first; with `mailbox_id` only those that stand there.

    `listed_only` leaves out, as All mail does, what stands in Junk and Trash only.
    """
    if mailbox_id is None:
        # The sum hides the account from SQLite, which would read all of it rather than these.
        order, condition, parameters = (
            _ANYWHERE,
            "t.account_id + 0 = %s AND t.message_count > 0",
            [account_id],
        )
        condition += f" AND {sql.true('t.listed')}" if listed_only else ""
    else:
        order, condition = _IN_MAILBOX, "l.account_id = %s AND l.mailbox_id = %s"
        parameters = [account_id, mailbox_id]
    among, keys = sql.among(order.key, thread_ids)
    statement = f"{_select(order, connection.vendor)} WHERE {condition} AND {among}"
    found = sql.run(f"{statement} ORDER BY {order.by('DESC')}", [*parameters, *keys])
    return [_row(values) for values in found]


@cache
def _select(order: _Order, _vendor: str) -> str:
    """Say what is read of a list; where a conversation stands is read from the index mailbox_thread alone."""
    return (
        f"SELECT {order.key}, {order.time}, t.senders, t.subject, m.preview, t.message_count, {order.unseen},"
        " t.flagged_count, t.has_attachment, t.draft_count, t.modseq, m.to_text,"
        f" {sql.array('s.mailbox_id', _PLACES)}, {order.pinned or 'FALSE'}, {order.snoozed},"
        f" {order.unanswered}, {order.deleted.format(deleted=sql.true('d.deleted'))}"
        f" FROM {order.source}"
    )


def _page(
    order: _Order,
    condition: str,
    parameters: list[Any],
    *,
    before: Cursor | None,
    after: Cursor | None,
    limit: int,
    ascending: bool = False,
) -> Page:
    """Read one row more than is shown, which tells whether the list goes on."""
    part, place, direction = window(order.names, before, after, ascending=ascending)
    statement = (
        f"{_select(order, connection.vendor)} WHERE {condition}{part}"
        f" ORDER BY {order.by(direction)} LIMIT {limit + 1}"
    )
    rows = [_row(values) for values in sql.read(statement, [*parameters, *place])]
    return cut(rows, before, after, limit)


def cut(found: list[Row], before: Cursor | None, after: Cursor | None, limit: int) -> Page:
    """Make a page of what was read from a cursor on: a row more than `limit` tells that the list goes on."""
    more, rows = len(found) > limit, found[:limit]
    start = before.position if before else 0
    if after is not None:
        rows.reverse()
        start = max(0, after.position - len(rows)) if more else 0
    older, newer = (True, more) if after is not None else (more, before is not None)
    return Page(
        rows=rows,
        next=_place(rows[-1], start + len(rows)) if rows and older else None,
        previous=_place(rows[0], start) if rows and newer else None,
        start=start,
    )


def _place(row: Row, position: int) -> Cursor:
    return Cursor(row.latest_received_at, row.id, position, row.pinned)


def _row(values: Sequence[Any]) -> Row:
    return Row(
        thread_id=values[0],
        latest_received_at=columns.moment(values[1]),
        senders=[Sender(name, unseen, address) for name, address, unseen in orjson.loads(values[2])],
        subject=values[3],
        preview=values[4] or "",
        message_count=values[5],
        unseen=values[6] > 0,
        flagged=values[7] > 0,
        has_attachment=bool(values[8]),
        draft_count=values[9],
        modseq=values[10],
        to_text=values[11] or "",
        mailbox_ids=sql.keys(values[12]),
        pinned=bool(values[13]),
        snoozed_until=columns.moment(values[14]) if values[14] else None,
        unanswered=bool(values[15]),
        deleted=bool(values[16]),
    )
