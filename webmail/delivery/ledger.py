"""Outcomes on their way into the rows: those of all deliveries together, within half a second."""

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from itertools import islice

from django.db import InterfaceError, OperationalError, connection

from . import fate, outcome, queue
from .owed import Settled

logger = logging.getLogger(__name__)

GROUP_MESSAGES = 25
"""So many at most a delivery leaves unwritten: a peer gets them twice when we are killed."""
OLD_SECONDS = 0.25
"""What has waited so long is written at the next look, which the leases' thread takes as often."""
_MOST_AT_ONCE = 200
_PAUSES = (0.5, 2.0, 8.0)


class Book:
    """The outcomes that a process has not written yet.

    One thread writes at a time, for all: whoever has to wait for it finds its own written as well. Databases
    let one change of an account, or of anything, happen at a time anyhow, and those who wait there sleep.
    """

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._counting = threading.Lock()
        self._waiting: deque[tuple[Ledger, Settled]] = deque()
        self._since = 0.0

    def put(self, ledger: "Ledger", settled: Settled) -> None:
        """Take an outcome."""
        with self._counting:
            if not self._waiting:
                self._since = time.monotonic()
            ledger.unwritten += 1
            self._waiting.append((ledger, settled))

    @property
    def is_old(self) -> bool:
        """Whether something has waited for long."""
        return bool(self._waiting) and time.monotonic() - self._since >= OLD_SECONDS

    def write_old(self) -> None:
        """Write what waits when some of it has waited for long: a peer may be slow with what comes next."""
        # Who is at it takes what waits, or the next look does: nobody stands in line for that.
        if self.is_old and self._writing.acquire(blocking=False):
            try:
                self._write()
            finally:
                self._writing.release()

    def write(self, ledger: "Ledger") -> None:
        """Write all of a delivery's outcomes, and what others have meanwhile."""
        with self._writing:
            while ledger.unwritten:
                self._write()

    def drop(self, ledger: "Ledger") -> None:
        """Forget what could not be written: its rows go again when their lease ends."""
        with self._writing, self._counting:
            self._waiting = deque(each for each in self._waiting if each[0] is not ledger)

    def _write(self) -> None:
        with self._counting:
            self._since = time.monotonic()
            group = list(islice(self._waiting, _MOST_AT_ONCE))
        if not group:
            return
        _record([settled for _, settled in group])
        with self._counting:
            for ledger, _ in group:
                self._waiting.popleft()
                ledger.unwritten -= 1


of_process = Book()
"""Those of this worker."""


class Ledger:
    """The outcomes of one delivery's claim; several threads may note them."""

    def __init__(self) -> None:
        self.unwritten = 0
        """How many of its outcomes the book still has."""

    def put(self, settled: Settled) -> None:
        """Take what became of one message, for another thread to write."""
        of_process.put(self, settled)

    def note(self, settled: Settled) -> None:
        """Take what became of one message; it is in its rows within half a second."""
        self.put(settled)
        self.catch_up()

    def catch_up(self) -> None:
        """Write, when so much waits that it has to be."""
        if self.unwritten >= GROUP_MESSAGES:
            self.write()
        else:
            of_process.write_old()

    def write(self) -> None:
        """Return when all is written."""
        if self.unwritten:
            of_process.write(self)


def _record(group: Sequence[Settled]) -> None:
    """Record a group; a database that starts again is waited for: what waits would go a second time."""
    for pause in (*_PAUSES, None):
        try:
            _settle(group)
        except (OperationalError, InterfaceError):
            if pause is None:
                raise
            connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
        else:
            return


def _settle(group: Sequence[Settled]) -> None:
    """Record a group; where that fails, each message alone, so that one can't keep the others."""
    try:
        outcome.settle(group)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 (whatever it is)
        if len(group) == 1:
            _park(group[0])
        else:
            for each in group:
                _settle([each])


def _park(settled: Settled) -> None:
    """Set a message aside; whatever is wrong with it, those of others are written after it."""
    logger.exception("outbound message %d is parked: its outcome can't be recorded", settled.parcel.id)
    try:
        with queue.changing([settled.parcel.account_id]):
            fate.park([result.owed for result in settled.results])
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 (its account is gone, perhaps)
        logger.warning(
            "outbound message %d can't be parked: it goes again, if it is there", settled.parcel.id
        )
