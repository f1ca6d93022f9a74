"""Time zones by their names, with their offsets."""

from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

# Of the names that the database has, those that say a place.
_REGIONS = frozenset(
    {
        *("Africa", "America", "Antarctica", "Arctic", "Asia"),
        *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
    }
)


class Zone(NamedTuple):
    """A zone to choose, and its offset as "+08:00"."""

    name: str
    offset: str


@cache
def names() -> frozenset[str]:
    """Every name that a person or a browser may give."""
    return frozenset(available_timezones())


def zone(name: str) -> ZoneInfo | None:
    """Open a zone; None for a name that is none."""
    return ZoneInfo(name) if name in names() else None


def listed() -> list[Zone]:
    """List the zones to choose from, with their offsets at the moment."""
    now = datetime.now(UTC)
    places = sorted(name for name in names() if name.partition("/")[0] in _REGIONS)
    return [Zone(name, offset(ZoneInfo(name), now)) for name in ["UTC", *places]]


def offset(zone: ZoneInfo, now: datetime) -> str:
    """Write how far a zone is from UTC."""
    text = now.astimezone(zone).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def find(text: str) -> str | None:
    """Find the zone that was typed, by its name or, where only one has it, by its place."""
    typed = text.strip().replace(" ", "_").casefold()
    known = {name.casefold(): name for name in names()}
    if typed in known:
        return known[typed]
    places = [name for name in names() if name.rpartition("/")[2].casefold() == typed]
    return places[0] if len(places) == 1 else None
