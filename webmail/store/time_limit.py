"""Stop statements that take too long, on either database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from . import sql

# Between two looks at the clock SQLite does so many instructions: some tens of microseconds.
_INSTRUCTIONS = 10_000
# Where a search has a limit, PostgreSQL would rather read all mail than ask the index for many terms.
_INDEXES_ONLY = "SELECT set_config('enable_seqscan', 'off', true)"


def prefer_indexes() -> None:
    """Keep PostgreSQL from reading whole tables for the rest of this transaction."""
    if sql.is_postgresql():
        sql.run(_INDEXES_ONLY)


class TooSlowError(Exception):
    """The time was over before the database had answered."""


@contextmanager
def until(deadline: float) -> Iterator[Callable[[], None]]:
    """Within this, statements end at `deadline`, of `time.monotonic`; raises TooSlowError. Only read.

    PostgreSQL gives each statement the time that was left when this began, or when what it yields was called.
    """
    if time.monotonic() >= deadline:
        raise TooSlowError
    try:
        with _limited(deadline) as again:
            yield again
    except OperationalError as error:
        if time.monotonic() < deadline:
            raise
        raise TooSlowError from error


@contextmanager
def _limited(deadline: float) -> Iterator[Callable[[], None]]:
    if sql.is_postgresql():

        def limit() -> None:
            left = max(1, int((deadline - time.monotonic()) * 1000))
            sql.run(f"{_INDEXES_ONLY}, set_config('statement_timeout', %s, true)", [str(left)])

        with transaction.atomic():
            limit()
            yield limit
            sql.run("SELECT set_config('statement_timeout', '0', true)")
        return
    connection.ensure_connection()
    database = connection.connection
    database.set_progress_handler(lambda: time.monotonic() > deadline, _INSTRUCTIONS)
    try:
        yield lambda: None
    finally:
        database.set_progress_handler(None, _INSTRUCTIONS)
