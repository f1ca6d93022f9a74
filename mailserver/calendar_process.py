"""Calendar files read in a child process, which is killed when it takes too long (`calendar_file.py`)."""

from typing import TypedDict

from .child import Child

MAX_BYTES = 256 * 1024
# Enough for the largest file that is read, and for a child to start.
DEADLINE_SECONDS = 4.0


class Moment(TypedDict):
    """A point of time. `local` is ISO 8601 without offset, a date alone for a whole day.

    `utc` is the same in UTC, "" for a floating time. `zone` as the sender names it, "" for UTC or none.
    """

    local: str
    utc: str
    zone: str


class Person(TypedDict):
    """An organiser or attendee; `status` as PARTSTAT, upper case."""

    name: str
    address: str
    status: str
    role: str


class Event(TypedDict):
    """What stands in a calendar file."""

    component: str
    summary: str
    location: str
    description: str
    url: str
    status: str
    start: Moment | None
    end: Moment | None
    organizer: Person | None
    attendees: list[Person]
    attendee_count: int
    rule: dict[str, list[str]]
    until: str
    is_exception: bool


class CalendarFile(TypedDict):
    """`method` upper case, "" when it has none; `count` of all events, of which the first ones are given."""

    method: str
    count: int
    events: list[Event]


class Reader(Child):
    """The child that reads calendar files."""

    def __init__(self) -> None:
        super().__init__("mailserver.calendar_file")


_READER = Reader()


def read(data: bytes, seconds: float = DEADLINE_SECONDS) -> CalendarFile | None:
    """The events of a calendar file; None when it is none, too large, or not read in time."""
    if len(data) > MAX_BYTES:
        return None
    answer: CalendarFile | None = _READER.ask(data.decode("latin-1"), seconds)
    return answer
