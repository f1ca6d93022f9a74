"""Pages of single messages: what a list shows to who wants no conversations; one statement each.

A mailbox is read along its index. All mail and Starred are merged from the mailboxes but Junk and Trash: of
each as many as a page holds, along the same indexes, so that a message in several mailboxes is shown once,
and nothing has to be kept for it (docs/decisions/0067).
"""

from collections.abc import Collection, Sequence
from typing import Any

from webmail.models import Unit

from .. import columns, sql
from .cursor import Cursor, window
from .mailboxes import BINS
from .pages import Page, Row, Sender, cut, thread_rows

_PLACEMENT = "webmail_mailboxmessage"
_LISTED = f"b.account_id = %s AND b.role NOT IN {BINS} AND b.message_count > 0"
_LARGEST = 4
_SHOWN = "{0}.received_at, {0}.message_id, {0}.seen, {0}.flagged, {0}.draft, {1} AS deleted"


def mailbox_messages(
    account_id: int,
    mailbox_id: int,
    *,
    before: Cursor | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> Page:
    """Messages that stand in a mailbox (index placement_newest)."""
    part, place, direction = window(["l.received_at", "l.message_id"], before, after)
    condition = f"l.account_id = %s AND l.mailbox_id = %s{part}"
    return cut(
        _read(_PLACEMENT, condition, [account_id, mailbox_id, *place], direction, limit + 1),
        before,
        after,
        limit,
    )


def all_messages(
    account_id: int, *, before: Cursor | None = None, after: Cursor | None = None, limit: int = 50
) -> Page:
    """All messages but those in Junk and Trash only (index placement_newest)."""
    return _merged_page(account_id, "", before, after, limit)


def starred_messages(
    account_id: int, *, before: Cursor | None = None, after: Cursor | None = None, limit: int = 50
) -> Page:
    """Starred messages but those in Junk and Trash only (index placement_flagged)."""
    return _merged_page(account_id, f" AND {sql.true('q.flagged')}", before, after, limit)


def message_rows(
    account_id: int,
    message_ids: Collection[int],
    mailbox_id: int | None = None,
    *,
    listed_only: bool = False,
) -> list[Row]:
    """Rows of these messages, newest first; with `mailbox_id` only those that stand there.

    `listed_only` leaves out, as All mail does, what stands in Junk and Trash only. By the foreign key's
    index: the sums hide mailbox and account from a planner that would read all of them rather than these.
    """
    among, keys = sql.among("p.message_id", message_ids)
    condition, parameters = f"p.account_id + 0 = %s AND {among}", [account_id, *keys]
    if mailbox_id is not None:
        condition, parameters = f"{condition} AND p.mailbox_id + 0 = %s", [*parameters, mailbox_id]
    shown = _SHOWN.format("p", "FALSE" if mailbox_id is None else "p.deleted")
    joined = f" JOIN webmail_mailbox b ON b.id = p.mailbox_id AND b.role NOT IN {BINS}" if listed_only else ""
    found = f"(SELECT DISTINCT {shown} FROM {_PLACEMENT} p{joined} WHERE {condition})"
    return _read(found, "TRUE", parameters, "DESC")


def rows_of(account_id: int, unit: str, ids: Collection[int], mailbox_id: int | None = None) -> list[Row]:
    """Rows of these conversations or messages; with `mailbox_id` only those that stand there."""
    return (message_rows if unit == Unit.MESSAGE else thread_rows)(account_id, ids, mailbox_id)


def _merged_page(
    account_id: int, flagged: str, before: Cursor | None, after: Cursor | None, limit: int
) -> Page:
    part, place, direction = window(["q.received_at", "q.message_id"], before, after)
    order = f"{{0}}.received_at {direction}, {{0}}.message_id {direction} LIMIT {limit + 1}"
    here = f"{_PLACEMENT} q WHERE q.mailbox_id = b.id{flagged}{part}"
    newest = f"{here} AND q.received_at {'<=' if after else '>='} edge.at ORDER BY {order.format('q')}"
    if sql.is_postgresql():
        source = f"CROSS JOIN LATERAL (SELECT {_SHOWN.format('q', 'FALSE')} FROM {newest}) p WHERE {_LISTED}"
        parameters = [*place, account_id]
    else:
        # SQLite has no LATERAL, but a list of keys may depend on the mailbox; CROSS JOIN keeps the order.
        source = f"CROSS JOIN {_PLACEMENT} p WHERE {_LISTED} AND p.id IN (SELECT q.id FROM {newest})"
        parameters = [account_id, *place]
    # The edge as a table: within the other select, PostgreSQL would count it for each mailbox, and compile.
    merged = (
        f"(WITH edge(at) AS MATERIALIZED ({_edge(here, direction, limit)})"
        f" SELECT DISTINCT {_SHOWN.format('p', 'FALSE')} FROM edge CROSS JOIN webmail_mailbox b {source}"
        f" ORDER BY {order.format('p')})"
    )
    found = _read(merged, "TRUE", [*place, account_id, *parameters], direction, limit + 1)
    return cut(found, before, after, limit)


def _edge(here: str, direction: str, limit: int) -> str:
    """Say how far the page goes at most: no further than one mailbox alone would fill it.

    The largest few are asked. So of hundreds of labels little more is read than whether they have something.
    """
    last = f"SELECT q.received_at FROM {here} ORDER BY q.received_at {direction}, q.message_id {direction}"
    largest = (
        f"SELECT b.id FROM webmail_mailbox b WHERE {_LISTED} ORDER BY b.message_count DESC LIMIT {_LARGEST}"
    )
    nearest, none = ("max", "0001-01-01") if direction == "DESC" else ("min", "9999-12-31")
    return f"SELECT COALESCE({nearest}(({last} LIMIT 1 OFFSET {limit})), '{none}') FROM ({largest}) b"


def _read(
    source: str, condition: str, parameters: Sequence[Any], direction: str, limit: int | None = None
) -> list[Row]:
    """Read the rows of placements in `source`; where each message stands by the foreign key's index."""
    places = sql.array("s.mailbox_id", f"{_PLACEMENT} s WHERE s.message_id = l.message_id")
    statement = (
        "SELECT l.message_id, l.received_at, m.from_name, m.from_address, m.subject, m.preview, l.seen,"
        f" l.flagged, m.has_attachment, l.draft, t.modseq, m.to_text, {places}, t.id, l.deleted"
        f" FROM {source} l JOIN webmail_message m ON m.id = l.message_id"
        " JOIN webmail_thread t ON t.id = m.thread_id"
        f" WHERE {condition} ORDER BY l.received_at {direction}, l.message_id {direction}"
    )
    found = sql.read(statement if limit is None else f"{statement} LIMIT {limit}", parameters)
    return [_row(values) for values in found]


def _row(values: Sequence[Any]) -> Row:
    unseen, is_draft = not values[6], bool(values[9])
    return Row(
        message_id=values[0],
        latest_received_at=columns.moment(values[1]),
        senders=[] if is_draft else [Sender(values[2], unseen, values[3])],
        subject=values[4],
        preview=values[5],
        message_count=1,
        unseen=unseen,
        flagged=bool(values[7]),
        has_attachment=bool(values[8]),
        draft_count=int(is_draft),
        modseq=values[10],
        to_text=values[11],
        mailbox_ids=sql.keys(values[12]),
        thread_id=values[13],
        deleted=bool(values[14]),
    )
