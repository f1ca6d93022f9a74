"""The list line of a message: who, when, what it begins with."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from . import quote
from .address import Address

PREVIEW_LENGTH = 200
_PREVIEW_SOURCES = (600, 6000)

_DATE = re.compile(
    r"(?:[^\s,]{2,20}(?:[,.]\s*|\s+))?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*\.?[\s-]+(\d{2,4})\s+"
    r"(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?\s*(?:\+(?=-))?([+-]\d{4}|[A-Za-z]{1,5})?"
)
_ASCTIME = re.compile(
    r"[A-Za-z]{3,9}\s+([A-Za-z]{3})[a-z]*\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(?:([A-Z]{1,5})\s+)?(\d{4})"
)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES, 1)}
_ZONES = {"EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}
_INVISIBLE = re.compile(
    "[\u034f\u00ad\u200b-\u200f\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)
_RULES = re.compile(r"(?:[-_=*#~]\s?){5,}")


def preview(text: str) -> str:
    """The first words the sender wrote himself, in one line of at most PREVIEW_LENGTH characters."""
    line = ""
    for length in _PREVIEW_SOURCES:
        own = quote.visible(text[:length])
        line = " ".join(_RULES.sub(" ", _INVISIBLE.sub("", own)).split())
        if len(line) >= PREVIEW_LENGTH or len(text) <= length:
            break
    return line[:PREVIEW_LENGTH]


def names(addresses: Sequence[Address]) -> str:
    """Who a message goes to, for a list: names, or addresses where there is no name."""
    return ", ".join(address.name or address.spec for address in addresses)


def date(value: str) -> datetime | None:
    """A Date field as an aware time (RFC 5322 §3.3, §4.3, and asctime); None when it can't be read."""
    if match := _DATE.match(value.strip()[:200]):
        day, month, year, hour, minute, second, zone = match.groups()
    elif match := _ASCTIME.match(value.strip()[:200]):
        month, day, hour, minute, second, zone, year = match.groups()
    else:
        return None
    number = _MONTHS.get(month.lower())
    if number is None:
        return None
    try:
        return datetime(
            _year(int(year)), number, int(day), int(hour), int(minute), min(int(second or 0), 59),
            tzinfo=_zone(zone or ""),
        )  # fmt: skip
    except ValueError:
        return None


def _year(year: int) -> int:
    """Two and three digits as RFC 5322 §4.3 reads them."""
    if year < 50:
        return year + 2000
    return year + 1900 if year < 1000 else year


def _zone(zone: str) -> timezone:
    if zone[:1] in ("+", "-"):
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
        if offset >= timedelta(hours=24):
            return UTC
        return timezone(-offset if zone[0] == "-" else offset)
    hours = _ZONES.get(zone.upper(), 0)
    return timezone(timedelta(hours=hours)) if hours else UTC
