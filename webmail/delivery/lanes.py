"""Who may use this process's threads: no destination has all of them, and those that take long only half."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

_KNOWN_SECONDS = 600.0
_BESIDES = 8
"""So many connections besides its own each thread may have on average, all of them to slow destinations."""


@dataclass(slots=True)
class Lane:
    """The place of one delivery; a `patient` one is to a destination that takes long, or never answered."""

    domain: str
    patient: bool


class Lanes:
    """Counts the deliveries that run in a process of so many threads."""

    def __init__(self, threads: int) -> None:
        self.most_of_one = max(threads // 3, 1)
        """Deliveries to one destination at a time, once it has answered."""
        self._most_patient = max(threads // 2, 1)
        self._besides = threads * _BESIDES
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()
        self._patient: set[str] = set()
        self._proven: dict[str, float] = {}
        self._slow: dict[str, float] = {}

    def prove(self, domain: str) -> bool:
        """Note that a destination answers; says whether that is news. Until then one connection is enough."""
        with self._lock:
            is_news = not _known(self._proven, domain)
            _learn(self._proven, domain)
        return is_news

    def slow_down(self, lane: Lane) -> bool:
        """Note that a destination takes long; says whether this delivery may go on: one of each does."""
        with self._lock:
            _learn(self._slow, lane.domain)
            if not lane.patient and self._has_patience_for(lane.domain):
                lane.patient = True
                self._patient.add(lane.domain)
            return lane.patient

    def besides(self, wanted: int) -> int:
        """Take so many connections besides, at most; says how many. `let_go` gives them back."""
        with self._lock:
            given = min(wanted, self._besides)
            self._besides -= given
        return given

    def let_go(self, count: int) -> None:
        """Give back connections that were had besides."""
        with self._lock:
            self._besides += count

    @contextmanager
    def lane(self, domain: str, *, silent: bool) -> Iterator[Lane | None]:
        """Give a delivery its place until the block is left; None when it may not begin.

        A destination that answered nobody lately, or ever, is tried over one connection; one that is known
        to be slow has one delivery, which takes more connections as it needs them.
        """
        lane = self._take(domain, silent)
        try:
            yield lane
        finally:
            if lane:
                self._leave(lane)

    def _take(self, domain: str, silent: bool) -> Lane | None:
        with self._lock:
            patient = silent or _known(self._slow, domain)
            most = self.most_of_one if _known(self._proven, domain) and not patient else 1
            if self._running[domain] >= most or (patient and not self._has_patience_for(domain)):
                return None
            self._running[domain] += 1
            if patient:
                self._patient.add(domain)
            return Lane(domain, patient)

    def _has_patience_for(self, domain: str) -> bool:
        return domain not in self._patient and len(self._patient) < self._most_patient

    def _leave(self, lane: Lane) -> None:
        with self._lock:
            self._running[lane.domain] -= 1
            if not self._running[lane.domain]:
                del self._running[lane.domain]
            if lane.patient:
                self._patient.discard(lane.domain)


def _known(memory: dict[str, float], domain: str) -> bool:
    return time.monotonic() - memory.get(domain, -_KNOWN_SECONDS) < _KNOWN_SECONDS


def _learn(memory: dict[str, float], domain: str) -> None:
    """Remember a destination for ten minutes, and forget those that are older."""
    for name in [name for name in memory if not _known(memory, name)]:
        del memory[name]
    memory[domain] = time.monotonic()


of_process = Lanes(settings.WORKER_THREADS)
"""Those of this worker."""
