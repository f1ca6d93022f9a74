"""How long a delivery keeps its thread while others wait, how fast it is, and that it stops when it must."""

import threading
import time

SECONDS = 90.0

SLOW_SECONDS = 0.5
"""A destination that takes longer for a message on average is worth more connections."""

stopping = threading.Event()
"""Set when this process is to end: every turn is over after the message that is under way."""


class Turn:
    """Begins when it is made."""

    def __init__(self) -> None:
        self._end = time.monotonic() + SECONDS

    @property
    def over(self) -> bool:
        """Whether no new message may begin."""
        return stopping.is_set() or time.monotonic() >= self._end

    def end(self) -> None:
        """Let it be over now."""
        self._end = time.monotonic()


class Pace:
    """How long a destination takes for messages, over connections that wait at the same time."""

    def __init__(self) -> None:
        self.count = 0
        self._seconds = 0.0

    def step(self, seconds: float) -> None:
        """Count a message, and how long it took over its connection."""
        self.count += 1
        self._seconds += seconds

    @property
    def seconds(self) -> float:
        """How long a message took, on average."""
        return self._seconds / self.count if self.count else 0.0

    @property
    def is_slow(self) -> bool:
        """Whether two messages or more took long."""
        return self.count > 1 and self.seconds > SLOW_SECONDS
