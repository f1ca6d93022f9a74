"""The full-text index: what is in it, and which messages it finds."""

from collections.abc import Collection, Iterable, Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from . import sql

MAX_HITS = 10_000
"""Of a word that is everywhere, the newest messages are found: the time of a search has an end."""


def index_many(rows: Sequence[tuple[int, int, frozenset[str]]]) -> None:
    """Index messages: (message id, account id, terms); one statement.

    Each term carries its account, so a search reads nothing of other people's mail.
    """
    entries = [(key, _with_account(account_id, terms)) for key, account_id, terms in rows]
    if sql.is_postgresql():
        sql.run(
            "INSERT INTO webmail_search (message_id, terms)"
            " SELECT v.id, array_to_tsvector(string_to_array(v.terms, ' '))"
            " FROM unnest(%b::bigint[], %b::text[]) AS v(id, terms)",
            [[key for key, _ in entries], [terms for _, terms in entries]],
        )
        return
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO webmail_search (rowid, terms) VALUES (%s, %s)", entries)


def matching(account_id: int, terms: Collection[str], prefixes: Collection[str] = ()) -> RawSQL:
    """Select the ids of the newest messages of an account that have all these terms, for `pk__in`."""
    words = [_term(account_id, term) for term in terms]
    begins = [_term(account_id, term) for term in prefixes]
    if sql.is_postgresql():
        query = " & ".join([*(f"'{word}'" for word in words), *(f"'{word}':*" for word in begins)])
        return RawSQL(
            "SELECT message_id FROM webmail_search WHERE terms @@ %s::tsquery"
            " ORDER BY message_id DESC LIMIT %s",
            [query, MAX_HITS],
        )
    query = " AND ".join([*(f'"{word}"' for word in words), *(f'"{word}" *' for word in begins)])
    return RawSQL(
        "SELECT rowid FROM webmail_search WHERE webmail_search MATCH %s ORDER BY rowid DESC LIMIT %s",
        [query, MAX_HITS],
    )


def forget(message_ids: Iterable[int]) -> None:
    """Drop messages from the index.

    FTS5 of SQLite 3.40 can't delete from a contentless table without the terms; ids never come again, so what
    stays behind finds nothing.
    """
    if sql.is_postgresql():
        sql.run("DELETE FROM webmail_search WHERE message_id = ANY(%b)", [list(message_ids)])


def _with_account(account_id: int, terms: Collection[str]) -> str:
    if not terms:
        return ""
    prefix = f"{account_id:x}:"
    return prefix + f" {prefix}".join(terms)


def _term(account_id: int, term: str) -> str:
    return f"{account_id:x}:{term}"
