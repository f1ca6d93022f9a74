"""Outcomes on their way into the rows: written by groups, none kept back for longer than half a second."""

import logging
import threading
import time
from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, connection

from . import fate, outcome, queue
from .owed import Result, Settled

logger = logging.getLogger(__name__)

GROUP_MESSAGES = 25
"""So many at most a peer gets twice when we are killed: what is known of them is not written yet."""
OLD_SECONDS = 0.25
"""What has waited so long is written at the next look, which the lease's thread takes as often."""
_PAUSES = (0.5, 2.0, 8.0)


class Ledger:
    """The outcomes of one claim; the thread that delivers notes them, and another may write what got old."""

    def __init__(self, token: int) -> None:
        self._token = token
        self._lock = threading.Lock()
        self._waiting: list[Settled] = []
        self._since = 0.0

    def note(self, settled: Settled) -> None:
        """Take what became of one message; it is in its rows within half a second."""
        with self._lock:
            if not self._waiting:
                self._since = time.monotonic()
            self._waiting.append(settled)
            if len(self._waiting) >= GROUP_MESSAGES or self._is_old():
                self._write()

    def write_old(self) -> None:
        """Write what has waited for long: a peer may be slow with the message after it."""
        with self._lock:
            if self._waiting and self._is_old():
                self._write()

    def write(self) -> list[Result]:
        """Write all that waits; returns the results of the last message, if they were accepted."""
        with self._lock:
            return self._write()

    def _is_old(self) -> bool:
        return time.monotonic() - self._since >= OLD_SECONDS

    def _write(self) -> list[Result]:
        if not self._waiting:
            return []
        for pause in (*_PAUSES, None):
            try:
                accepted = self._settle(self._waiting)
            except (OperationalError, InterfaceError):
                # A database that starts again: what waits would go a second time if we gave up at once.
                if pause is None:
                    raise
                connection.close_if_unusable_or_obsolete()
                time.sleep(pause)
            else:
                break
        last, self._waiting = self._waiting[-1], []
        mine = {result.owed.recipient_id for result in last.results}
        return [result for result in accepted if result.owed.recipient_id in mine]

    def _settle(self, group: Sequence[Settled]) -> list[Result]:
        """Record a group; where that fails, each message alone, so that one can't keep the others."""
        try:
            return outcome.settle(self._token, group)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001 (whatever it is)
            if len(group) > 1:
                return [result for each in group for result in self._settle([each])]
            self._park(group[0])
            return []

    def _park(self, settled: Settled) -> None:
        logger.exception("outbound message %d is parked: its outcome can't be recorded", settled.parcel.id)
        with queue.changing([settled.parcel.account_id]):
            fate.park(self._token, [result.owed.recipient_id for result in settled.results])
