"""How long a delivery keeps its thread while others wait, how fast it is, and that it stops when it must."""

import threading
import time

SECONDS = 60.0

SLOW_SECONDS = 0.5
"""A destination that takes longer for a message on average is worth a second connection."""

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


class Pace:
    """How fast messages go over a connection; begins when it is made."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._count = 0

    def step(self) -> None:
        """Count a message that went."""
        self._count += 1

    @property
    def is_slow(self) -> bool:
        """Whether two messages or more took long."""
        return self._count > 1 and time.monotonic() - self._start > self._count * SLOW_SECONDS
