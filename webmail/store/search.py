"""The full-text index: what is in it, and which messages it finds."""

import json
from collections.abc import Collection, Iterable, Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from . import sql
from .formula import Formula, fts5, tsquery

NEWEST = (1 << 62) - 1
"""No message's key is larger."""


def index_many(rows: Sequence[tuple[int, int, Collection[str]]]) -> None:
    """Index messages: (message id, account id, terms); one statement.

    Each term carries its account, so a search reads nothing of other people's mail.
    """
    entries = [(key, _with_account(account_id, terms)) for key, account_id, terms in rows]
    if sql.is_postgresql():
        sql.execute(
            "INSERT INTO webmail_search (message_id, terms)"
            " SELECT v.id, array_to_tsvector(string_to_array(v.terms, ' '))"
            " FROM unnest(%b::bigint[], %b::text[]) AS v(id, terms)",
            [[key for key, _ in entries], [terms for _, terms in entries]],
        )
        return
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO webmail_search (rowid, terms) VALUES (%s, %s)", entries)


def matching(account_id: int, formula: Formula, low: int = 0, high: int = NEWEST) -> RawSQL:
    """Select the ids from `low` to `high` of an account's messages that fit, for `pk__in`."""
    if sql.is_postgresql():
        # The sum hides the key from the planner, which would read all between and not what the index finds.
        return RawSQL(
            "SELECT message_id AS id FROM webmail_search WHERE terms @@ %s::tsquery"
            " AND message_id + 0 BETWEEN %s AND %s",
            [tsquery(formula, account_id), low, high],
        )
    return RawSQL(
        "SELECT rowid AS id FROM webmail_search WHERE webmail_search MATCH %s AND rowid BETWEEN %s AND %s",
        [fts5(formula, account_id), low, high],
    )


def newest(account_id: int, formula: Formula, low: int, high: int, count: int) -> list[int]:
    """List the ids from `low` to `high` that fit, at most the `count` newest, the newest first."""
    found = matching(account_id, formula, low, high)
    rows = sql.run(f"{found.sql} ORDER BY id DESC LIMIT %s", [*found.params, count])
    return [key for (key,) in rows]


def listed(ids: Sequence[int]) -> RawSQL | list[int]:
    """Write ids for `pk__in`: PostgreSQL goes by keys that it sees, SQLite takes them as one value."""
    if sql.is_postgresql():
        return list(ids)
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])


def forget(message_ids: Iterable[int]) -> None:
    """Drop messages from the index.

    FTS5 of SQLite 3.40 can't delete from a contentless table without the terms; ids never come again, so what
    stays behind finds nothing.
    """
    if sql.is_postgresql():
        sql.execute("DELETE FROM webmail_search WHERE message_id = ANY(%b)", [list(message_ids)])


def clear() -> None:
    """Empty the index to build it anew; only SQLite's, whose entries can't be dropped one by one."""
    if not sql.is_postgresql():
        sql.run("INSERT INTO webmail_search (webmail_search) VALUES ('delete-all')")


def _with_account(account_id: int, terms: Collection[str]) -> str:
    if not terms:
        return ""
    prefix = f"{account_id:x}:"
    return prefix + f" {prefix}".join(terms)
