"""When a conversation may come back: pure, in the zone of the reader."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

_MORNING: Final = time(8)
_EVENING: Final = time(18)
_AFTERNOON: Final = time(16)
_LONGEST: Final = timedelta(days=3660)
_SATURDAY, _MONDAY = 5, 7  # days from a Monday on


class Choice(NamedTuple):
    """A time that is offered, and what it is called: today, tomorrow, weekend, next_weekend or week."""

    name: str
    at: datetime


class UnfitTimeError(ValueError):
    """It is no time, or one that is over, or so far ahead that nobody can mean it."""


def choices(now: datetime, zone: tzinfo) -> list[Choice]:
    """Offer times to come, the first first, and none twice: on a Friday the weekend is tomorrow."""
    local = now.astimezone(zone)
    days = {"tomorrow": 1, _weekend(local): (_SATURDAY - local.weekday() - 1) % 7 + 1}
    days["week"] = _MONDAY - local.weekday()
    found = [Choice("today", _at(local, 0, _EVENING))] if local.time() < _AFTERNOON else []
    for name, ahead in days.items():
        if ahead > 1 or name == "tomorrow":
            found.append(Choice(name, _at(local, ahead, _MORNING)))
    return sorted(found, key=lambda choice: choice.at)


def good_until(now: datetime, zone: tzinfo) -> datetime:
    """Say when `choices` will be others."""
    local = now.astimezone(zone)
    return _at(local, 0, _AFTERNOON) if local.time() < _AFTERNOON else _at(local, 1, time())


def morning_after(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """Say when the morning is so many days after a moment."""
    return _at(moment.astimezone(zone), days, _MORNING)


def read(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Read a time of ISO 8601, by the clock of the zone unless it names another; raises UnfitTimeError.

    A time that the clocks skip is moved on as they are; of one that comes twice the first is meant.
    """
    try:
        found = datetime.fromisoformat(text)
        at = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnfitTimeError(f"{text!r} is no time") from error
    if not now < at < now + _LONGEST:
        raise UnfitTimeError(f"{text!r} is over, or too far ahead")
    return at


def _weekend(local: datetime) -> str:
    return "weekend" if local.weekday() < _SATURDAY else "next_weekend"


def _at(local: datetime, days: int, clock: time) -> datetime:
    """Take a time of a day to come; by way of UTC, which knows no times that don't exist."""
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, clock, local.tzinfo).astimezone(UTC).astimezone(local.tzinfo)
