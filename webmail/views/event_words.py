"""Calendar entries in words: when in the reader's zone and the sender's, how often, who comes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.dateformat import format as write
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from mailserver.calendar_process import CalendarFile, Event, Moment

from .recurrence_words import recurrence

_STATUS: dict[str, tuple[str | Promise, str]] = {
    "ACCEPTED": (gettext_lazy("accepted"), "good"),
    "DECLINED": (gettext_lazy("declined"), "bad"),
    "TENTATIVE": (gettext_lazy("maybe"), "warn"),
    "DELEGATED": (gettext_lazy("delegated"), ""),
    "NEEDS-ACTION": (gettext_lazy("not answered"), ""),
}
_ANSWERS: dict[str, str | Promise] = {
    "ACCEPTED": gettext_lazy("%(name)s has accepted"),
    "DECLINED": gettext_lazy("%(name)s has declined"),
    "TENTATIVE": gettext_lazy("%(name)s may come"),
}


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who was asked; `look` as a badge has it."""

    name: str
    address: str
    status: str
    look: str
    optional: bool


@dataclass(frozen=True, slots=True)
class EventCard:
    """A calendar entry as its card shows it; every text may be empty."""

    head: str
    look: str
    title: str
    day: str
    month: str
    when: str
    when_there: str
    often: str
    where: str
    where_url: str
    organizer: str
    attendees: list[Attendee]
    more_attendees: int
    description: str
    cancelled: bool


def cards(file: CalendarFile) -> list[EventCard]:
    """Describe the entries of a calendar file."""
    return [_card(event, file["method"]) for event in file["events"]]


def _card(event: Event, method: str) -> EventCard:
    attendees = [_attendee(person) for person in event["attendees"]]
    cancelled = method == "CANCEL" or event["status"] == "CANCELLED"
    head, look = _head(event, method, cancelled)
    start = _local(event["start"])
    organizer = event["organizer"]
    web = [text for text in (event["url"], event["location"]) if is_web_address(text)]
    return EventCard(
        head=head,
        look=look,
        title=event["summary"] or _("(no title)"),
        day=str(start.day) if start else "",
        # Translators: a date format of Django, as Nov
        month=write(start, pgettext("month of a calendar sheet", "M")) if start else "",
        when=_when(event["start"], event["end"], here=True),
        when_there=_when_there(event),
        often=recurrence(event),
        where=event["location"],
        where_url=web[0] if web else "",
        organizer=(organizer["name"] or organizer["address"]) if organizer else "",
        attendees=attendees,
        more_attendees=event["attendee_count"] - len(attendees),
        description=event["description"],
        cancelled=cancelled,
    )


def is_web_address(text: str) -> bool:
    """Whether a text is one address of a web page, that a link may lead to."""
    if " " in text or not text.startswith(("https://", "http://")):
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def _head(event: Event, method: str, cancelled: bool) -> tuple[str, str]:
    """What the file is about, and how it looks."""
    if cancelled:
        return _("Cancelled"), "bad"
    if method == "REPLY":
        person = event["attendees"][0] if event["attendees"] else None
        words = _ANSWERS.get(person["status"]) if person else None
        if person and words:
            return str(words) % {"name": person["name"] or person["address"]}, _STATUS[person["status"]][1]
        return _("Answer to an invitation"), ""
    if method == "COUNTER":
        return _("Another time is proposed"), "warn"
    if method == "REQUEST":
        return (_("Invitation to one date of a series") if event["is_exception"] else _("Invitation")), "info"
    return (_("Task") if event["component"] == "VTODO" else _("Calendar entry")), ""


def _attendee(person: dict) -> Attendee:
    words, look = _STATUS.get(person["status"], ("", ""))
    return Attendee(
        person["name"],
        person["address"],
        str(words),
        look,
        person["role"] in ("OPT-PARTICIPANT", "NON-PARTICIPANT"),
    )


def _local(moment: Moment | None) -> date | None:
    """The moment in the reader's zone; a floating one, and a day, as it stands."""
    if moment is None:
        return None
    if len(moment["local"]) == 10:
        return date.fromisoformat(moment["local"])
    if not moment["utc"]:
        return datetime.fromisoformat(moment["local"])
    try:
        return timezone.localtime(datetime.fromisoformat(moment["utc"]).replace(tzinfo=UTC))
    except (OverflowError, ValueError):
        return datetime.fromisoformat(moment["local"])


def _there(moment: Moment | None) -> date | None:
    return datetime.fromisoformat(moment["local"]) if moment and len(moment["local"]) > 10 else None


def _when(start: Moment | None, end: Moment | None, *, here: bool) -> str:
    first, last = (_local(start), _local(end)) if here else (_there(start), _there(end))
    if first is None:
        return _("No time is given")
    # Translators: a date format of Django, as Thursday, December 3, 2026
    day = pgettext("day of a calendar entry", "l, F j, Y")
    if not isinstance(first, datetime):
        if last is None or last <= first:
            return _("%(day)s, all day") % {"day": write(first, day)}
        return f"{write(first, day)} – {write(last, day)}"
    begins = f"{write(first, day)}, {first:%H:%M}"
    if not isinstance(last, datetime) or last.replace(tzinfo=None) <= first.replace(tzinfo=None):
        return begins
    if last.date() == first.date():
        return f"{begins}–{last:%H:%M}"
    return f"{begins} – {write(last, day)}, {last:%H:%M}"


def _when_there(event: Event) -> str:
    """The same in the sender's zone, when its clock shows another time."""
    start = event["start"]
    if start is None or len(start["local"]) == 10:
        return ""
    if not start["utc"]:
        return _("The sender names no time zone: it is meant in the time of the place.")
    here, there = _local(start), _there(start)
    if not start["zone"] or (isinstance(here, datetime) and here.replace(tzinfo=None) == there):
        return ""
    return _("%(when)s in the sender’s time zone, %(zone)s") % {
        "when": _when(start, event["end"], here=False),
        "zone": start["zone"].replace("_", " "),
    }
