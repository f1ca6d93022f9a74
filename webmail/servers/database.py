"""The database as servers of mail programs ask it: what fails there is told in the words of a protocol."""

import logging
from collections.abc import Callable

from django.db import Error, connections

from webmail.models import Door

from .connection_age import drop_stale_connection

log = logging.getLogger(__name__)


def ask[T](door: Door, trouble: Callable[[], Exception], function: Callable[..., T], *arguments: object) -> T:
    """Call a function with a connection that is not stale; a database that fails is raised as `trouble`."""
    drop_stale_connection()
    try:
        return function(*arguments)
    except Error as error:
        log.error("The database does not answer %s: %s", door.label, error)  # noqa: TRY400 — each would repeat it
        # Made anew each time: an exception keeps the frames that it came through.
        raise trouble() from None


def end_thread() -> None:
    """Close this thread's connection."""
    connections.close_all()
