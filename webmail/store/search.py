"""The full-text index: what is put in it, and taken out again."""

from collections.abc import Collection, Iterable, Sequence

from django.db import connection

from . import sql


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
