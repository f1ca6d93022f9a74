"""A calendar file (RFC 5545, RFC 5546) as plain values, read by icalendar in a child that may be killed.

icalendar takes hostile input badly: seconds for a megabyte, any exception for a broken zone. Here size and
counts are bounded, recurrences stay rules, and what it raises beyond ValueError ends the child alone.

Run as `python -m mailserver.calendar_file` it is that child.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar
from icalendar.timezone import tzp

from .calendar_process import MAX_BYTES, CalendarFile, Event, Moment, Person
from .child import serve
from .message import charset, header

MAX_EVENTS = 20
MAX_ATTENDEES = 100
_LONGEST = {"summary": 500, "location": 500, "description": 4000, "url": 1000}
_SHOWN = ("VEVENT", "VTODO", "VJOURNAL")
_RULE_PARTS = ("FREQ", "INTERVAL", "COUNT", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS")


def read(data: bytes) -> CalendarFile | None:
    """The events of a calendar file; None when it is none, or too large."""
    if len(data) > MAX_BYTES or b"BEGIN:" not in data.upper():
        return None
    # Zones that a file defines are kept for the next one, which may define them otherwise.
    tzp.use_default()
    try:
        # As bytes: a str without a line end would be taken for the name of a file.
        components = Calendar.from_ical(charset.decode(data).encode("utf-8", "replace"), multiple=True)
    except ValueError:
        return None
    found = [each for component in components for each in component.walk() if each.name in _SHOWN]
    method = next((str(each.get("METHOD")) for each in components if each.get("METHOD")), "")
    return CalendarFile(
        method=header.strip_controls(method).strip().upper()[:20],
        count=len(found),
        events=[_event(each) for each in found[:MAX_EVENTS]],
    )


def _event(component: Any) -> Event:
    start = _dt(component, "DTSTART")
    end = _dt(component, "DTEND") or _dt(component, "DUE")
    length = _dt(component, "DURATION")
    if end is None and isinstance(length, timedelta) and isinstance(start, date):
        end = _plus(start, length)
    if isinstance(end, date) and not isinstance(end, datetime):
        # RFC 5545 §3.6.1: a date that ends an event is the day after its last.
        end = _plus(end, timedelta(days=-1))
    attendees = _people(component, "ATTENDEE")
    rule = _first(component, "RRULE")
    rule = rule if isinstance(rule, dict) else {}
    return Event(
        component=str(component.name),
        start=_moment(component, "DTSTART", start),
        end=_moment(component, "DTEND", end),
        organizer=next(iter(_people(component, "ORGANIZER")), None),
        attendees=attendees[:MAX_ATTENDEES],
        attendee_count=len(attendees),
        status=_text(component, "STATUS", 20).upper(),
        rule={name: _values(rule.get(name)) for name in _RULE_PARTS if rule.get(name)},
        until=_until(rule),
        is_exception=component.get("RECURRENCE-ID") is not None,
        summary=_text(component, "SUMMARY", _LONGEST["summary"]),
        location=_text(component, "LOCATION", _LONGEST["location"]),
        description=_text(component, "DESCRIPTION", _LONGEST["description"], lines=True),
        url=_text(component, "URL", _LONGEST["url"]),
    )


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _values(value: Any) -> list[str]:
    return [str(each)[:10] for each in _list(value)[:31]]


def _first(component: Any, name: str) -> Any:
    return next(iter(_list(component.get(name))), None)


def _text(component: Any, name: str, longest: int, *, lines: bool = False) -> str:
    value = _first(component, name)
    text = "" if value is None else str(value)[: longest * 2].replace("\r\n", "\n")
    pieces = text.split("\n") if lines else [text.replace("\n", " ")]
    return "\n".join(header.strip_controls(piece) for piece in pieces)[:longest].strip()


def _dt(component: Any, name: str) -> date | timedelta | None:
    value = getattr(_first(component, name), "dt", None)
    return value if isinstance(value, date | timedelta) else None


def _plus(moment: date, length: timedelta) -> date | None:
    try:
        return moment + length
    except OverflowError:
        return None


def _moment(component: Any, name: str, value: date | timedelta | None) -> Moment | None:
    if not isinstance(value, date):
        return None
    if not isinstance(value, datetime):
        return Moment(local=value.isoformat(), utc="", zone="")
    try:
        utc = value.astimezone(UTC).replace(tzinfo=None).isoformat() if value.tzinfo else ""
    except (OverflowError, ValueError):
        return None
    zone = getattr(value.tzinfo, "key", "") or _zone_name(component, name)
    zone = "" if zone == "UTC" else zone
    return Moment(
        local=value.replace(tzinfo=None).isoformat(), utc=utc, zone=header.strip_controls(zone)[:80]
    )


def _zone_name(component: Any, name: str) -> str:
    params = getattr(_first(component, name), "params", None) or getattr(
        _first(component, "DTSTART"), "params", {}
    )
    return str(params.get("TZID", ""))


def _people(component: Any, name: str) -> list[Person]:
    return [_person(value) for value in _list(component.get(name))]


def _person(value: Any) -> Person:
    params = getattr(value, "params", {})
    address = str(value)
    if address[:7].lower() == "mailto:":
        address = address[7:]
    return Person(
        name=header.strip_controls(str(params.get("CN", "")))[:200].strip(),
        address=header.strip_controls(address)[:320],
        status=str(params.get("PARTSTAT", "")).upper()[:20],
        role=str(params.get("ROLE", "")).upper()[:20],
    )


def _until(rule: Any) -> str:
    value = next(iter(_list(rule.get("UNTIL"))), None)
    return value.isoformat()[:10] if isinstance(value, date) else ""


if __name__ == "__main__":
    serve(lambda question: read(question.encode("latin-1")))
