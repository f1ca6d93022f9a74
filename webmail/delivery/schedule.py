"""When to try again, when to tell the sender about a delay, when to give up: pure functions of values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

_LEAST_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Pauses between attempts in seconds, the last one for all that follow; the mark from submission."""

    pauses: Sequence[float]
    delay_notice: float
    spread: float = 0.1

    def next_attempt(
        self, now: datetime, created_at: datetime, expires_at: datetime, attempts: int, luck: float
    ) -> datetime:
        """Return the time of the next try after `attempts` failed; `luck` in [0, 1) spreads it by ±10 %.

        A try is made at the marks too, so that nobody is told of a delay, or given up, without a last one.
        """
        pause = self.pauses[min(max(attempts, 1), len(self.pauses)) - 1]
        pause *= 1 - self.spread + 2 * self.spread * luck
        then = now + timedelta(seconds=max(pause, _LEAST_PAUSE))
        marks = (created_at + timedelta(seconds=self.delay_notice), expires_at)
        return min([then, *(mark for mark in marks if now < mark)])

    def tells_delay(self, now: datetime, created_at: datetime, expires_at: datetime) -> bool:
        """Say whether a failed try at this time is worth telling the sender, while hope is left."""
        return created_at + timedelta(seconds=self.delay_notice) <= now < expires_at

    @staticmethod
    def gives_up(now: datetime, expires_at: datetime) -> bool:
        """Say whether a failed try at this time was the last one."""
        return now >= expires_at

    def longest_pause(self) -> timedelta:
        """Return the furthest that a next try may lie ahead; further is a clock that went back."""
        return timedelta(seconds=max(*self.pauses, _LEAST_PAUSE) * (1 + self.spread) + 60)


def expiry(goes_at: datetime) -> datetime:
    """Return until when a message is tried that may go from then on."""
    return goes_at + timedelta(seconds=settings.GIVE_UP)


def configured() -> Schedule:
    """Return the operator's schedule."""
    return Schedule(tuple(settings.RETRY_SCHEDULE), settings.DELAY_NOTICE)
