"""Refuse a database that says "committed" before it is on the disk: 250 would be a lie."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE_FULL = 2
_HINT = "Set UNSAFE_DATABASE=1 only where losing mail is acceptable, as in a trial."


def _sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        synchronous = cursor.fetchone()[0]
    return [] if synchronous >= _SQLITE_FULL else [f"SQLite runs with synchronous={synchronous}, below FULL"]


def _postgresql(connection: BaseDatabaseWrapper) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] == "off":
                found.append(f"PostgreSQL runs with {name}=off")
    return found


def dangers(connection: BaseDatabaseWrapper) -> list[str]:
    """What makes a commit on this connection less than durable."""
    return {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor](connection)


@register(Tags.database)
def durable_commits(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Django system check, run by `migrate` and `up`."""
    kind = Warning if settings.UNSAFE_DATABASE else Error
    return [
        kind(f"{danger}: mail could be lost after it was accepted", hint=_HINT, id="webmail.E001")
        for alias in databases or []
        for danger in dangers(connections[alias])
    ]
