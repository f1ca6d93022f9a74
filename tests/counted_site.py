"""The site with a look at its database drivers: each statement is a line in the file STATEMENTS."""

import os
import sqlite3
from typing import Any

import psycopg

_LOG = os.open(os.environ["STATEMENTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_connect, _execute = sqlite3.connect, psycopg.Cursor.execute


def _note(statement: object) -> None:
    os.write(_LOG, " ".join(str(statement).split()).encode() + b"\n")


def _traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
    connection = _connect(*arguments, **options)
    connection.set_trace_callback(_note)
    return connection


def _noted(cursor: Any, query: Any, *arguments: Any, **options: Any) -> Any:
    _note(query)
    return _execute(cursor, query, *arguments, **options)


sqlite3.connect = sqlite3.dbapi2.connect = _traced  # type: ignore[assignment, attr-defined]
psycopg.Cursor.execute = _noted  # type: ignore[method-assign]

from webmail.asgi import application  # noqa: E402

__all__ = ["application"]
