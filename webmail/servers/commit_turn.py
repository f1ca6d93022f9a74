"""Processes of one machine that take turns, by a lock on a file."""

import fcntl
import os
from pathlib import Path


class CommitTurn:
    """A context manager for one thread at a time; the turn of a process that dies has ended.

    A database would let them wait for each other too: SQLite by sleeping and asking again, PostgreSQL on a
    row, when it is too late to take along what arrives meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self._lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> None:
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        fcntl.flock(self._lock, fcntl.LOCK_UN)
