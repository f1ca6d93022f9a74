"""How long a session may keep us waiting: one lazy timer, moved on without touching the event loop."""

import asyncio
import math
from collections.abc import Callable

from .limits import Limits


class Deadline:
    """Between commands a fixed time; in an upload also a least speed; none while we are at work."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits, expired: Callable[[], None]) -> None:
        self._loop, self._limits, self._expired = loop, limits, expired
        self._started = self._octets = 0.0
        self._at = loop.time() + limits.idle_seconds
        self._timer = loop.call_at(self._at, self._look)

    def await_command(self) -> None:
        """The peer has its whole time for the next command line, however slowly it types."""
        self._at = self._loop.time() + self._limits.idle_seconds

    def await_upload(self) -> None:
        """An upload begins: from now on its octets count."""
        self._started, self._octets = self._loop.time(), 0.0
        self._at = self._started + self._limits.idle_seconds

    def uploaded(self, octets: int) -> None:
        """Octets came: wait on, but never longer than the least speed allows."""
        self._octets += octets
        slowest = self._started + self._octets / self._limits.slowest_bytes_per_second
        self._at = min(self._loop.time(), slowest) + self._limits.idle_seconds

    def pause(self) -> None:
        """We are at work: the peer is not to blame."""
        self._at = math.inf

    def cancel(self) -> None:
        """The session is over."""
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        if now >= self._at:
            self._expired()
        else:
            self._timer = self._loop.call_at(min(self._at, now + self._limits.idle_seconds), self._look)
