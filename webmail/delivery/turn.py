"""How long a delivery keeps its thread while others wait, and that it stops soon when its worker is to."""

import threading
import time

SECONDS = 60.0

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
