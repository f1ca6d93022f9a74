"""Database connections of threads that serve no requests: dropped when they broke, asked when they rested."""

import time
from threading import local

from django.db import close_old_connections, connection

# A connection that worked this lately is not asked before its next use: that costs as much as the answer.
FRESH_SECONDS = 5.0

_thread = local()


def drop_stale_connection() -> None:
    """Call before each use of the database in a thread of ours.

    A connection that broke meanwhile fails one call, which the caller answers as our trouble; Django notes
    the failure, and the next call gets a new one.
    """
    now = time.monotonic()
    if connection.errors_occurred or now - getattr(_thread, "used_at", -FRESH_SECONDS) >= FRESH_SECONDS:
        close_old_connections()
    _thread.used_at = now
