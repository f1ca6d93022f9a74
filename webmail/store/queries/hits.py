"""Reading the messages that may fit a query."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mailserver.query import Leaf

from .. import columns, sql
from ..search_plan import Plan
from .cursor import Cursor, window


class Hit(NamedTuple):
    """A message that may fit; `truths` of the conditions that its text can't tell."""

    id: int
    thread_id: int
    received_at: datetime
    blob_id: int
    truths: Mapping[Leaf, bool]


def read_hits(
    plan: Plan, ids: Sequence[int], *, below: Cursor | None = None, count: int | None = None
) -> list[Hit]:
    """Read of these messages those that may fit, the newest first: one statement.

    Only what stands below a place, and only so many.
    """
    if not ids:
        return []
    if plan.is_told_by_index:
        return _indexed(plan, ids, below, count)
    asked = plan.asked
    rows = plan.messages(ids)
    if below is not None:
        rows = rows.filter(received_at__lte=below.at).exclude(received_at=below.at, pk__gte=below.id)
    found = rows.values_list("pk", "thread_id", "received_at", "blob_id", *asked)
    return [
        Hit(key, thread, received_at, blob, dict(zip(asked.values(), truths, strict=True)))
        for key, thread, received_at, blob, *truths in found.order_by("-received_at", "-pk")[:count]
    ]


def _indexed(plan: Plan, ids: Sequence[int], below: Cursor | None, count: int | None) -> list[Hit]:
    """Read what the index says all of, as it does of most queries: written out, see store/columns.py.

    By primary keys, see `Plan.messages`; where it stands by the index of the foreign key to the message.
    """
    part, place, _ = window(["m.received_at", "m.id"], below, None)
    scope, mailboxes = _scope(plan)
    parameters: list[Any] = [list(ids) if sql.is_postgresql() else json.dumps(list(ids))]
    among = "m.id = ANY(%b)" if sql.is_postgresql() else "m.id IN (SELECT value FROM json_each(%s))"
    rows = sql.run(
        "SELECT m.id, m.thread_id, m.received_at, m.blob_id FROM webmail_message m"
        f" WHERE {among} AND m.account_id + 0 = %s AND m.orphaned_at IS NULL{scope}{part}"
        " ORDER BY m.received_at DESC, m.id DESC" + (f" LIMIT {count}" if count else ""),
        [*parameters, plan.ground.account_id, *mailboxes, *place],
    )
    return [Hit(key, thread, columns.moment(at), blob, {}) for key, thread, at, blob in rows]


def _scope(plan: Plan) -> tuple[str, list[Any]]:
    if plan.scope is None:
        return "", []
    among, parameters = sql.among("p.mailbox_id + 0", plan.scope)
    return (
        f" AND EXISTS (SELECT 1 FROM webmail_mailboxmessage p WHERE p.message_id = m.id AND {among})",
        parameters,
    )
