"""The times that are offered for a snooze: in the reader's zone, on every day, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from webmail.views import dates
from webmail.views.snooze_times import UnfitTimeError, choices, good_until, read

BERLIN, SHANGHAI, NEW_YORK = (
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Asia/Shanghai"),
    ZoneInfo("America/New_York"),
)


def offered(local: str, zone: ZoneInfo = BERLIN) -> list[str]:
    """What is offered at a time by the clock of a zone, in order: the name, the day, the time."""
    now = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    return [f"{choice.name} {choice.at:%a %m-%d %H:%M}" for choice in choices(now, zone)]


TODAY, TOMORROW, WEEK = "today Mon 11-23 18:00", "tomorrow Tue 11-24 08:00", "week Mon 11-30 08:00"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T09:00", [TODAY, TOMORROW, "weekend Sat 11-28 08:00", WEEK]),
        ("2026-11-23T15:59", [TODAY, TOMORROW, "weekend Sat 11-28 08:00", WEEK]),
        ("2026-11-23T16:00", [TOMORROW, "weekend Sat 11-28 08:00", WEEK]),
        # A Thursday's weekend is not tomorrow, a Friday's is, and so is said once.
        ("2026-11-26T20:00", ["tomorrow Fri 11-27 08:00", "weekend Sat 11-28 08:00", WEEK]),
        ("2026-11-27T20:00", ["tomorrow Sat 11-28 08:00", WEEK]),
        # On a weekend the next one is meant; a Sunday's next week is tomorrow.
        ("2026-11-28T20:00", ["tomorrow Sun 11-29 08:00", WEEK, "next_weekend Sat 12-05 08:00"]),
        ("2026-11-29T20:00", ["tomorrow Mon 11-30 08:00", "next_weekend Sat 12-05 08:00"]),
        # After midnight tomorrow is the day after the one that has begun.
        (
            "2026-11-24T00:30",
            ["today Tue 11-24 18:00", "tomorrow Wed 11-25 08:00", "weekend Sat 11-28 08:00", WEEK],
        ),
        ("2026-12-31T20:00", ["tomorrow Fri 01-01 08:00", "weekend Sat 01-02 08:00", "week Mon 01-04 08:00"]),
    ],
)
def test_what_is_offered(now: str, expected: list[str]) -> None:
    assert offered(now) == expected


def test_it_is_the_readers_day() -> None:
    now = datetime(2026, 11, 27, 20, tzinfo=UTC)  # Friday in Berlin, Saturday in Shanghai
    assert [choice.name for choice in choices(now, BERLIN)] == ["tomorrow", "week"]
    assert [choice.name for choice in choices(now, SHANGHAI)] == ["today", "tomorrow", "week", "next_weekend"]
    assert choices(now, SHANGHAI)[1].at.astimezone(UTC) == datetime(2026, 11, 29, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "hours"),
    [("2026-03-28T08:00", 23), ("2026-10-24T08:00", 25), ("2026-11-23T08:00", 24)],
)
def test_the_morning_is_eight_by_the_clock_whatever_the_clock_did(now: str, hours: int) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN)
    tomorrow = next(choice.at for choice in choices(moment, BERLIN) if choice.name == "tomorrow")
    assert f"{tomorrow:%H:%M}" == "08:00"
    assert tomorrow.astimezone(UTC) - moment.astimezone(UTC) == timedelta(hours=hours)


def test_how_long_they_hold() -> None:
    for now, then in (
        ("2026-11-23T09:00", "2026-11-23T16:00+01:00"),
        ("2026-11-23T16:00", "2026-11-24T00:00+01:00"),
        ("2026-10-24T20:00", "2026-10-25T00:00+02:00"),
    ):
        moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN)
        assert good_until(moment, BERLIN) == datetime.fromisoformat(then)


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("2026-11-25T08:00", BERLIN, "2026-11-25T07:00+00:00"),
        ("2026-11-25T08:00+00:00", BERLIN, "2026-11-25T08:00+00:00"),
        ("2026-11-25T08:00:00-05:00", SHANGHAI, "2026-11-25T13:00+00:00"),
        # 2:30 doesn't exist on that night, and comes twice on the other.
        ("2026-03-29T02:30", BERLIN, "2026-03-29T01:30+00:00"),
        ("2026-10-25T02:30", BERLIN, "2026-10-25T00:30+00:00"),
        ("2026-11-01T01:30", NEW_YORK, "2026-11-01T05:30+00:00"),
    ],
)
def test_a_time_that_was_picked(text: str, zone: ZoneInfo, at: str) -> None:
    assert read(text, NOW, zone) == datetime.fromisoformat(at)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "pick",
        "2026-11-25T25:00",
        "2026-02-28T08:00",
        "2026-03-01T13:00",
        "9999-12-31T23:59",
        "2040-01-01T08:00",
    ],
)
def test_what_is_no_time_to_come(text: str) -> None:
    with pytest.raises(UnfitTimeError):
        read(text, NOW, BERLIN)


def test_times_to_come_in_words() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with timezone.override(BERLIN):
        words = {
            days: dates.coming(datetime(2026, 11, 23, 7, tzinfo=UTC) + timedelta(days=days), now)
            for days in (-30, -1, 0, 1, 2, 6, 7, 40)
        }
        assert words == {
            -30: "Oct 24, 9:00",
            -1: "Yesterday, 8:00",
            0: "Today, 8:00",
            1: "Tomorrow, 8:00",
            2: "Wed, 8:00",
            6: "Sun, 8:00",
            7: "Nov 30, 8:00",
            40: "Jan 2, 2027, 8:00",
        }
        assert dates.coming(now + timedelta(days=1), now, within=True) == "tomorrow, 13:00"
