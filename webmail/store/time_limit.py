"""Stop statements that take too long, on either database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from . import sql

# Between two looks at the clock SQLite does so many instructions: some tens of microseconds.
_INSTRUCTIONS = 10_000


class TooSlowError(Exception):
    """The time was over before the database had answered."""


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """Within this, statements end at `deadline`, of `time.monotonic`; raises TooSlowError. Only read."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TooSlowError
    try:
        with _limited(deadline, left):
            yield
    except OperationalError as error:
        if time.monotonic() < deadline:
            raise
        raise TooSlowError from error


@contextmanager
def _limited(deadline: float, left: float) -> Iterator[None]:
    if sql.is_postgresql():
        with transaction.atomic():
            sql.run("SELECT set_config('statement_timeout', %s, true)", [str(max(1, int(left * 1000)))])
            yield
            sql.run("SELECT set_config('statement_timeout', '0', true)")
        return
    connection.ensure_connection()
    database = connection.connection
    database.set_progress_handler(lambda: time.monotonic() > deadline, _INSTRUCTIONS)
    try:
        yield
    finally:
        database.set_progress_handler(None, _INSTRUCTIONS)
