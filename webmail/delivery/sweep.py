"""The sweep: whatever became of the wake-ups, what is due goes out, and what was lost comes back."""

import time
from datetime import datetime

from django.utils import timezone
from kombu.exceptions import OperationalError

from . import claims, kick

_AGAIN_SECONDS = 20.0
_MEND_SECONDS = 60.0


class _Memory:
    """What this process has done lately: without it, each sweep would wake for the same rows again."""

    def __init__(self) -> None:
        self.kicked: dict[str, tuple[datetime, float]] = {}
        self.mended = 0.0

    def wants_kick(self, domain: str, since: datetime, tick: float) -> bool:
        """Say whether to wake for what is due at a destination since then, and remember it."""
        before, at = self.kicked.get(domain, (None, 0.0))
        if before == since and tick - at < _AGAIN_SECONDS:
            return False
        self.kicked[domain] = since, tick
        return True

    def forget(self, tick: float) -> None:
        """Drop what is old."""
        self.kicked = {name: kept for name, kept in self.kicked.items() if tick - kept[1] < _AGAIN_SECONDS}


_memory = _Memory()


def sweep() -> None:
    """One cheap query when there is nothing to do."""
    now, tick = timezone.now(), time.monotonic()
    waiting, lost = claims.due(now)
    if lost:
        claims.release_expired(now)
        waiting, _ = claims.due(now)
    if tick - _memory.mended > _MEND_SECONDS:
        claims.mend_clock(now)
        _memory.mended = tick
    _memory.forget(tick)
    for domain, found in waiting.items():
        if _memory.wants_kick(domain, found.since, tick):
            _wake(domain, max(claims.worth(found.count), 1))


def _wake(domain: str, times: int) -> None:
    for _ in range(times):
        try:
            kick.send(domain)
        except (OperationalError, OSError):
            # The broker is away: the next sweep tries again.
            _memory.kicked.pop(domain, None)
            return
