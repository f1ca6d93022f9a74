"""Deadlines: moments by which something must be over, however slowly its bytes drip."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

Clock = Callable[[], float]
"""Seconds that never go back."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds the phases of a conversation may take in all (RFC 5321 §4.5.3.2, reliability limits).

    `opening` is for everything from the look-up to EHLO, over all hosts and addresses.
    """

    connect: float = 30
    command: float = 300
    data: float = 120
    block: float = 180
    final: float = 600
    close: float = 5
    attempt: float = 1800
    opening: float = 1800

    def hasty(self) -> "Timeouts":
        """Return what is fair to other destinations; one that needs longer is tried again with all the time.

        Never hasty after the dot: the message may have been taken (RFC 1047 §3).
        """
        return replace(
            self,
            connect=min(self.connect, 10),
            command=min(self.command, 30),
            data=min(self.data, 30),
            block=min(self.block, 60),
            opening=min(self.opening, 60),
        )


class Deadline:
    """A moment on the clock; one made within another is never later than it."""

    def __init__(
        self, seconds: float, within: "Deadline | None" = None, clock: Clock = time.monotonic
    ) -> None:
        self._clock: Clock = within._clock if within else clock
        self._at: float = self._clock() + seconds
        if within:
            self._at = min(self._at, within._at)

    def left(self) -> float:
        """Seconds that are left, 0 when none are."""
        return max(self._at - self._clock(), 0.0)

    def remaining(self) -> float:
        """Seconds that are left, for a call that is to wait no longer; raises TimeoutError when none are."""
        if not (left := self.left()):
            raise TimeoutError("out of time")
        return left
