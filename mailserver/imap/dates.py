"""Dates as IMAP writes them (RFC 9051 §9: date, date-time)."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from .replies import Bad

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})")
_DATE_TIME = re.compile(r" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})")
# No mail is older or younger; what is compared with them may be a day off.
_EARLIEST, _LATEST = date(1900, 1, 1), date(9900, 1, 1)
_FIRST = datetime(1900, 1, 1, tzinfo=UTC)


def day(text: str) -> date:
    """Read a date; raises Bad."""
    found = _DATE.fullmatch(text)
    try:
        if found:
            return min(max(date(int(found[3]), _month(found[2]), int(found[1])), _EARLIEST), _LATEST)
    except ValueError as error:
        raise Bad("There is no such date") from error
    raise Bad("A date is expected, as 1-Feb-2026")


def moment(text: str) -> datetime:
    """Read a date with its time, in UTC; raises Bad."""
    found = _DATE_TIME.fullmatch(text)
    if not found:
        raise Bad('A time is expected, as " 1-Feb-2026 12:00:00 +0000"')
    try:
        hours, minutes, seconds = (int(found[place]) for place in (4, 5, 6))
        offset = timedelta(hours=int(found[8]), minutes=int(found[9])) * (-1 if found[7] == "-" else 1)
        at = datetime(
            int(found[3]),
            _month(found[2]),
            int(found[1]),
            hours,
            minutes,
            min(seconds, 59),
            0,
            timezone(offset),
        )
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Bad("There is no such time") from error


def written(at: datetime) -> bytes:
    """Write a moment as INTERNALDATE, in UTC."""
    at = at.astimezone(UTC)
    return b'"%02d-%s-%04d %02d:%02d:%02d +0000"' % (
        at.day,
        _MONTHS[at.month - 1].encode(),
        at.year,
        at.hour,
        at.minute,
        at.second,
    )


def before(now: datetime, seconds: int) -> datetime:
    """So many seconds ago; the first day there is, for very many."""
    try:
        return max(now - timedelta(seconds=seconds), _FIRST)
    except OverflowError:
        return _FIRST


def _month(name: str) -> int:
    return _MONTHS.index(name.title()) + 1
