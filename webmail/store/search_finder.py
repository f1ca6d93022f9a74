"""Asking the full-text index: which of an account's messages fit a formula, the newest first.

SQLite keeps what a term finds in the order of the keys, and reads it from the end. PostgreSQL's index knows
no order: what it finds is sorted where it is rare; where it isn't, one looks through the newest messages
instead, for many of them fit.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from . import sql
from .formula import EVERYTHING, Formula, fts5, tsquery

NEWEST = (1 << 62) - 1
"""No message's key is larger."""

MOST_SORTED = 5_000
"""So many hits PostgreSQL sorts at once, and keeps for the windows that follow."""

SAMPLE = 250
"""So many of the newest messages tell whether a formula is rare: fewer than one in 25 fits."""

_OFTEN = 25
# So many messages are looked at for a hit that is wanted, unless fewer than one in 200 fits.
_PER_HIT = 4
_SELDOM = 200
_MOST_LOOKED_AT = 16_000

# SQLite looks each key up in what each term finds; of many, it is made to read all between them instead.
_MOST_LOOKED_UP = 500
_AMONG = "SELECT rowid FROM webmail_search WHERE webmail_search MATCH %s AND"
_IN_ORDER = f"{_AMONG} rowid BETWEEN %s AND %s ORDER BY rowid DESC LIMIT %s"
_EACH = f"{_AMONG} rowid IN (SELECT value FROM json_each(%s))"  # noqa: S608
_BETWEEN = f"{_AMONG} rowid + 0 IN (SELECT value FROM json_each(%s)) AND rowid BETWEEN %s AND %s"  # noqa: S608


class Stretch(NamedTuple):
    """Messages that may fit, the newest first, from the id `low` on; `low` is 0 when none below can."""

    ids: list[int]
    low: int


class Finder(Protocol):
    """What a formula finds of an account's messages."""

    def newest(self, low: int, high: int, count: int) -> Stretch:
        """List what fits from `low` to `high`, about the `count` newest."""
        ...


def finder(account_id: int, formula: Formula) -> Finder:
    """Make the one for the database at hand."""
    return (_PostgresqlFinder if sql.is_postgresql() else _SqliteFinder)(account_id, formula)


class _SqliteFinder:
    def __init__(self, account_id: int, formula: Formula) -> None:
        self._query = fts5(formula, account_id)

    def newest(self, low: int, high: int, count: int) -> Stretch:
        rows = sql.run(_IN_ORDER, [self._query, low, high, count])
        return _ending([key for (key,) in rows], count)


class _PostgresqlFinder:
    def __init__(self, account_id: int, formula: Formula) -> None:
        self._account_id, self._formula = account_id, formula
        self._query = tsquery(formula, account_id)
        self._is_frequent: bool | None = True if formula == EVERYTHING else None
        # What the index found, from the key `low` on.
        self._found = Stretch([], NEWEST)

    def newest(self, low: int, high: int, count: int) -> Stretch:
        if self._is_frequent is None:
            self._is_frequent = self._look(high)
        if self._is_frequent:
            looked_at = min(count * _PER_HIT, _MOST_LOOKED_AT)
            stretch = self._among_all(low, high, looked_at)
            # What there is of it may be old, as before a day: then the index is asked.
            self._is_frequent = not stretch.low or len(stretch.ids) * _SELDOM >= looked_at
            return stretch
        if high < self._found.low:
            self._found = self._sorted(high)
        found = _ending([key for key in self._found.ids if low <= key <= high][:count], count)
        return found if found.low else Stretch(found.ids, self._found.low)

    def _look(self, high: int) -> bool:
        """Tell whether much fits; what is rare is kept, all of it (index webmail_search_terms)."""
        if len(self._among_all(0, high, SAMPLE).ids) * _OFTEN >= SAMPLE:
            return True
        rows = sql.run(
            "SELECT message_id FROM webmail_search WHERE terms @@ %s::tsquery LIMIT %s",
            [self._query, MOST_SORTED + 1],
        )
        if len(rows) > MOST_SORTED:
            return True
        self._found = Stretch(sorted((key for (key,) in rows), reverse=True), 0)
        return False

    def _sorted(self, high: int) -> Stretch:
        """Read the newest that the index finds up to a key; the sum hides that the key has one too."""
        rows = sql.run(
            "SELECT message_id FROM webmail_search WHERE terms @@ %s::tsquery AND message_id + 0 <= %s"
            " ORDER BY message_id + 0 DESC LIMIT %s",
            [self._query, high, _MOST_LOOKED_AT],
        )
        return _ending([key for (key,) in rows], _MOST_LOOKED_AT)

    def _among_all(self, low: int, high: int, looked_at: int) -> Stretch:
        """Look through the account's newest messages (index message_newest)."""
        fits = "TRUE" if self._formula == EVERYTHING else "s.terms @@ %s::tsquery"
        joined = "" if self._formula == EVERYTHING else "LEFT JOIN webmail_search s ON s.message_id = r.id"
        ((ids, count, lowest),) = sql.run(
            "WITH recent AS MATERIALIZED (SELECT id FROM webmail_message"  # noqa: S608
            " WHERE account_id = %s AND id BETWEEN %s AND %s ORDER BY id DESC LIMIT %s)"
            f" SELECT array_agg(r.id ORDER BY r.id DESC) FILTER (WHERE {fits}),"
            f" count(*), min(r.id) FROM recent r {joined}",
            [self._account_id, low, high, looked_at, *([self._query] if joined else [])],
        )
        return Stretch(ids or [], lowest if count == looked_at else 0)


def _ending(ids: list[int], count: int) -> Stretch:
    return Stretch(ids, ids[-1] if len(ids) == count else 0)


def among(account_id: int, formula: Formula, ids: Sequence[int]) -> list[int]:
    """Keep those of these messages that fit, in their order."""
    if formula == EVERYTHING or not ids:
        return list(ids)
    if sql.is_postgresql():
        rows = sql.run(
            "SELECT message_id FROM webmail_search WHERE terms @@ %s::tsquery AND message_id = ANY(%s)",
            [tsquery(formula, account_id), list(ids)],
        )
    else:
        query, keys = fts5(formula, account_id), json.dumps(list(ids))
        few = len(ids) <= _MOST_LOOKED_UP
        rows = sql.run(_EACH if few else _BETWEEN, [query, keys, *([] if few else (min(ids), max(ids)))])
    fitting = {key for (key,) in rows}
    return [key for key in ids if key in fitting]


def fits(account_id: int, formula: Formula, low: int = 0, high: int = NEWEST) -> Q:
    """Say that a message from `low` to `high` fits: a condition among others on the table of messages."""
    if sql.is_postgresql():
        return Q(
            RawSQL(
                "EXISTS (SELECT 1 FROM webmail_search s WHERE s.message_id = webmail_message.id"
                " AND s.terms @@ %s::tsquery)",
                [tsquery(formula, account_id)],
                output_field=BooleanField(),
            )
        )
    return Q(
        pk__in=RawSQL(
            "SELECT rowid FROM webmail_search WHERE webmail_search MATCH %s AND rowid BETWEEN %s AND %s",
            [fts5(formula, account_id), low, high],
        )
    )


def holds(account_id: int, formula: Formula) -> Q:
    """Say that the message of a placement fits: a condition among others on the table of placements."""
    if sql.is_postgresql():
        return Q(
            RawSQL(
                "EXISTS (SELECT 1 FROM webmail_search s"
                " WHERE s.message_id = webmail_mailboxmessage.message_id AND s.terms @@ %s::tsquery)",
                [tsquery(formula, account_id)],
                output_field=BooleanField(),
            )
        )
    return Q(
        message_id__in=RawSQL(
            "SELECT rowid FROM webmail_search WHERE webmail_search MATCH %s", [fts5(formula, account_id)]
        )
    )


def listed(ids: Sequence[int]) -> RawSQL | list[int]:
    """Write ids for `pk__in`: PostgreSQL goes by keys that it sees, SQLite takes them as one value."""
    if sql.is_postgresql():
        return list(ids)
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])
