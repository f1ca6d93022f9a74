"""Whole batches in one statement each, on SQLite and on PostgreSQL.

The ORM's bulk_create costs more Python than the database takes for the work. Names of tables and columns come
from the models, values travel as parameters: nothing here is built from what a stranger wrote.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from functools import cache
from typing import Any, Self, cast

import orjson
import psycopg
from django.db import connection
from django.db.models import DateTimeField, Model

type Row = Sequence[Any]
type Answer[T] = Callable[[], T]
"""What a statement that was sent will have found; to call it is to wait for it."""


def is_postgresql() -> bool:
    """Tell which of the two databases this is."""
    return connection.vendor == "postgresql"


def run(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Execute one statement; the rows it returns, if any. Not within `pipelined`: there none comes back."""
    with _cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def read(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Execute one statement that every page asks; its rows."""
    with _cursor(often=True) as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def execute(statement: str, parameters: Sequence[Any] = ()) -> None:
    """Execute one statement that returns no rows, and is often the same."""
    with _cursor(often=True) as cursor:
        cursor.execute(statement, parameters)


def ask(statement: str, parameters: Sequence[Any] = ()) -> Answer[list[tuple[Any, ...]]]:
    """Send one statement that returns rows, and is often the same; `pipelined` lets others follow at once."""
    cursor = _cursor(often=True)
    cursor.execute(statement, parameters)
    if is_postgresql():
        return lambda: list(cursor.fetchall())
    rows = cursor.fetchall()
    return lambda: rows


def insert(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
    add: Sequence[str] = (),
) -> None:
    """Insert all `rows`; where `unique` is taken, `update` these columns, or leave the row as it is.

    `add` names columns to add to.
    """
    if not rows:
        return
    statement = _insert_statement(model, tuple(columns), tuple(unique), tuple(update), tuple(add))
    with _cursor(often=True) as cursor:
        if is_postgresql():
            cursor.execute(statement, _by_column(rows))
        else:
            cursor.executemany(statement, _adapted(model, columns, rows))


def update(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    add: Sequence[str] = (),
) -> None:
    """Set `columns` of each row, found by its first column, the primary key; `add` names those to add to."""
    if not rows:
        return
    statement = _update_statement(model, tuple(columns), tuple(add))
    with _cursor(often=True) as cursor:
        if is_postgresql():
            cursor.execute(statement, _by_column(rows))
        else:
            # Half the work of taking the values out of JSON.
            cursor.executemany(statement, [(*row[1:], row[0]) for row in _adapted(model, columns, rows)])


def lookup(
    model: type[Model], keys: Sequence[str], column: str, rows: Sequence[Row]
) -> Answer[list[tuple[Any, ...]]]:
    """Find the rows with these keys; their keys, then `column`."""
    table = _table(model)
    match = " AND ".join(f"t.{key} = v.{key}" for key in keys)
    wanted = ", ".join(f"t.{name}" for name in (*keys, column))
    return ask(
        f"SELECT {wanted} FROM {values(model, keys)} JOIN {table} t ON {match}", values_of(model, keys, rows)
    )


def among(column: str, keys: Collection[Any]) -> tuple[str, list[Any]]:
    """Say that `column` is one of `keys`: the condition, and its parameters."""
    if not keys:
        return "FALSE", []
    if is_postgresql():
        return f"{column} = ANY(%b)", [list(keys)]
    return f"{column} IN ({', '.join(['%s'] * len(keys))})", list(keys)


def true(column: str) -> str:
    """Say that a flag is set, as Django writes it into partial indexes: SQLite compares the words."""
    return column if is_postgresql() else f"{column} = 1"


def array(column: str, source: str) -> str:
    """Say that a column of `source`, a table with its conditions, is read as one value: `keys` reads it."""
    if is_postgresql():
        return f"ARRAY(SELECT {column} FROM {source})"
    return f"(SELECT json_group_array({column}) FROM {source})"


def keys(value: str | list[int]) -> list[int]:
    """Read an `array` of keys: SQLite gives it as JSON."""
    return orjson.loads(value) if isinstance(value, str) else value


def replace(model: type[Model], column: str, pairs: Sequence[tuple[Any, Any]]) -> None:
    """Wherever `column` holds the first of a pair, write the second."""
    table = _table(model)
    source = values(model, ["id", column])
    if pairs:
        execute(
            f"UPDATE {table} AS r SET {column} = v.{column} FROM {source} WHERE r.{column} = v.id",
            values_of(model, ["id", column], pairs),
        )


def delete(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Delete the rows that have these values in these columns."""
    if not rows:
        return
    keys = ", ".join(columns)
    execute(
        f"DELETE FROM {_table(model)} WHERE ({keys}) IN (SELECT {keys} FROM {values(model, columns)})",
        values_of(model, columns, rows),
    )


def values(model: type[Model], columns: Sequence[str]) -> str:
    """Name a table `v` of values with these columns; its parameters are `values_of(rows)`."""
    if is_postgresql():
        arrays = ", ".join(f"%b::{_type(model, column)}[]" for column in columns)
        return f"unnest({arrays}) AS v({', '.join(columns)})"
    fields = ", ".join(
        f"json_extract(value, '$[{position}]') AS {column}" for position, column in enumerate(columns)
    )
    return f"(SELECT {fields} FROM json_each(%s)) AS v"


def values_of(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> list[Any]:
    """Turn rows into the parameters of `values`."""
    return _by_column(rows) if is_postgresql() else [json.dumps(_adapted(model, columns, rows))]


@contextmanager
def pipelined() -> Iterator[None]:
    """Send what follows without waiting for each answer; to wait for one (`ask`) is to wait for all before.

    An error is raised when an answer is waited for, at the end at the latest. SQLite has nobody to wait for.
    """
    if not is_postgresql():
        yield
        return
    connection.ensure_connection()
    # The errors of the end come from psycopg itself: Django has to see that they were the database's.
    with connection.wrap_database_errors, cast(psycopg.Connection[Any], connection.connection).pipeline():
        yield


def reserve(counts: Mapping[type[Model], int]) -> Answer[dict[type[Model], list[int]]]:
    """Take the next primary keys of each model, in one statement.

    On PostgreSQL from the sequences, on SQLite from the counters that the transaction's write lock guards.
    """
    models = list(counts)
    if is_postgresql():
        arrays = ", ".join(
            f"ARRAY(SELECT nextval('{_table(model)}_id_seq') FROM generate_series(1, %s))" for model in models
        )
        row = ask(f"SELECT {arrays}", [counts[model] for model in models])
        return lambda: dict(zip(models, row()[0], strict=True))
    last = dict(cast(list[tuple[str, int]], ask("SELECT name, seq FROM sqlite_sequence")()))
    starts = {model: last.get(_table(model), 0) + 1 for model in models}
    return lambda: {model: list(range(start, start + counts[model])) for model, start in starts.items()}


class _PreparingCursor(psycopg.Cursor[Any]):
    """Lets the server parse and plan a statement once for all of its executions in a connection."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, params, **{"prepare": True, **options})


def _cursor(*, often: bool = False) -> Any:
    """Open a cursor; on PostgreSQL one that sends parameters beside the statement, bytes as they are."""
    if not is_postgresql():
        return connection.cursor()
    connection.ensure_connection()
    cursor: Any = (_PreparingCursor if often else psycopg.Cursor)(connection.connection)
    return (
        connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
    )


def _by_column(rows: Sequence[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _adapted(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> Sequence[Row]:
    """Write times as Django does on SQLite: in UTC, without saying so."""
    timed = _timed(model, tuple(columns))
    if not timed:
        return rows
    adapted = [list(row) for row in rows]
    for row in adapted:
        for position in timed:
            if row[position] is not None:
                row[position] = str(row[position].astimezone(UTC).replace(tzinfo=None))
    return adapted


@cache
def _timed(model: type[Model], columns: tuple[str, ...]) -> list[int]:
    times = {field.column for field in model._meta.concrete_fields if isinstance(field, DateTimeField)}
    return [position for position, column in enumerate(columns) if column in times]


def _table(model: type[Model]) -> str:
    return model._meta.db_table


@cache
def _type(model: type[Model], column: str) -> str:
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return kind or ""


@cache
def _insert_statement(
    model: type[Model],
    columns: tuple[str, ...],
    unique: tuple[str, ...],
    change: tuple[str, ...],
    add: tuple[str, ...],
) -> str:
    names = ", ".join(columns)
    if is_postgresql():
        arrays = ", ".join(f"%b::{_type(model, column)}[]" for column in columns)
        source = f"SELECT * FROM unnest({arrays})"
    else:
        source = f"VALUES ({', '.join(['%s'] * len(columns))})"
    statement = f"INSERT INTO {_table(model)} ({names}) {source}"
    if unique:
        added = (f"{column} = {_table(model)}.{column} + excluded.{column}" for column in add)
        changes = ", ".join((*(f"{column} = excluded.{column}" for column in change), *added))
        action = f"UPDATE SET {changes}" if changes else "NOTHING"
        statement += f" ON CONFLICT ({', '.join(unique)}) DO {action}"
    return statement


@cache
def _update_statement(model: type[Model], columns: tuple[str, ...], add: tuple[str, ...]) -> str:
    table, key = _table(model), columns[0]
    given = {column: f"v.{column}" if is_postgresql() else "%s" for column in columns[1:]}
    changes = ", ".join(
        f"{column} = {table}.{column} + {value}" if column in add else f"{column} = {value}"
        for column, value in given.items()
    )
    if not is_postgresql():
        return f"UPDATE {table} SET {changes} WHERE {key} = %s"
    return f"UPDATE {table} SET {changes} FROM {values(model, columns)} WHERE {table}.{key} = v.{key}"
