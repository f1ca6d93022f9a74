"""Keeping leases alive while their worker is: a paused or killed worker loses them, a slow one doesn't."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections
from django.utils import timezone

from . import claims
from . import ledger as ledgers
from .ledger import Ledger
from .owed import Owed


class Lease:
    """What one delivery has claimed; who divides it among connections says so in `owed`."""

    def __init__(self, owed: tuple[Owed, ...]) -> None:
        self.owed = owed
        self.extend_at = time.monotonic() + _pause()


class _Keeper:
    """The one thread of a process that extends its leases, and writes outcomes that get old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._leases: set[Lease] = set()
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, lease: Lease) -> None:
        with self._lock:
            self._leases.add(lease)
            if self._thread is None:
                self._done = threading.Event()
                self._thread = threading.Thread(
                    target=self._run, args=(self._done,), name="leases", daemon=True
                )
                self._thread.start()

    def remove(self, lease: Lease) -> None:
        """Let go of a lease; the thread ends with the last one, and is waited for."""
        with self._lock:
            self._leases.remove(lease)
            if self._leases or self._thread is None:
                return
            thread, self._thread = self._thread, None
            self._done.set()
        thread.join()

    def _run(self, done: threading.Event) -> None:
        try:
            while not done.wait(min(ledgers.OLD_SECONDS, _pause())):
                try:
                    ledgers.of_process.write_old()
                    self._extend()
                except DatabaseError:
                    # A busy or lost database: there are two more tries before the leases end.
                    connections.close_all()
        finally:
            connections.close_all()

    def _extend(self) -> None:
        now = time.monotonic()
        with self._lock:
            due = [lease for lease in self._leases if lease.extend_at <= now]
        if due:
            claims.extend([item for lease in due for item in lease.owed], timezone.now())
        for lease in due:
            lease.extend_at = now + _pause()


_keeper = _Keeper()


@contextmanager
def kept(owed: tuple[Owed, ...], ledger: Ledger) -> Iterator[Lease]:
    """Extend what was claimed, three times in a lease's life, and write old outcomes, until the block ends.

    What could not be written by then goes again when the lease ends.
    """
    lease = Lease(owed)
    _keeper.add(lease)
    try:
        yield lease
    finally:
        _keeper.remove(lease)
        ledgers.of_process.drop(ledger)


def _pause() -> float:
    return claims.lease_time().total_seconds() / 3
