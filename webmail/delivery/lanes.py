"""Who may use this process's threads: no destination has all of them, and silent ones only half."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

_PROVEN_SECONDS = 600.0


class Lanes:
    """Counts the deliveries that run in a process of so many threads, each with a connection of its own."""

    def __init__(self, threads: int) -> None:
        self.most_of_one = max(threads // 3, 1)
        """Deliveries to one destination at a time, once it has answered."""
        self._most_silent = max(threads // 2, 1)
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()
        self._silent = 0
        self._proven: dict[str, float] = {}

    def prove(self, domain: str) -> bool:
        """Note that a destination answers; says whether that is news. Until then one connection is enough."""
        now = time.monotonic()
        with self._lock:
            self._proven = {name: at for name, at in self._proven.items() if now - at < _PROVEN_SECONDS}
            is_news = domain not in self._proven
            self._proven[domain] = now
        return is_news

    @contextmanager
    def lane(self, domain: str, *, silent: bool) -> Iterator[bool]:
        """Say whether a delivery may begin, and keep its place until the block is left.

        A destination that answered nobody lately, or ever, is tried over one connection.
        """
        allowed = self._take(domain, silent)
        try:
            yield allowed
        finally:
            if allowed:
                self._leave(domain, silent)

    def _take(self, domain: str, silent: bool) -> bool:
        with self._lock:
            most = 1 if silent or domain not in self._proven else self.most_of_one
            if self._running[domain] >= most or (silent and self._silent >= self._most_silent):
                return False
            self._running[domain] += 1
            self._silent += silent
            return True

    def _leave(self, domain: str, silent: bool) -> None:
        with self._lock:
            self._running[domain] -= 1
            if not self._running[domain]:
                del self._running[domain]
            self._silent -= silent


of_process = Lanes(settings.WORKER_THREADS)
"""Those of this worker."""
