"""Calendar files in their child process: zones, rules, and bombs that end with the child."""

import pytest

from mailserver import calendar_process
from mailserver.calendar_process import CalendarFile, Event
from tests.parcels import calendar, event


@pytest.fixture(autouse=True)
def _own_child(monkeypatch: pytest.MonkeyPatch):
    """A child of this test's own, ended with it."""
    own = calendar_process.Reader()
    monkeypatch.setattr(calendar_process, "_READER", own)
    yield own
    own.stop()


def read(data: bytes) -> CalendarFile | None:
    return calendar_process.read(data, seconds=20)


def first(*lines: str) -> Event:
    found = read(calendar(*event(*lines)))
    assert found is not None
    return found["events"][0]


def test_a_windows_zone_is_understood() -> None:
    found = first("DTSTART;TZID=Pacific Standard Time:20261203T100000", "DURATION:PT90M", "SUMMARY:Stand-up")
    assert found["start"] == {
        "local": "2026-12-03T10:00:00",
        "utc": "2026-12-03T18:00:00",
        "zone": "America/Los_Angeles",
    }
    assert found["end"] is not None
    assert found["end"]["utc"] == "2026-12-03T19:30:00"


def zone(offset: str) -> list[str]:
    return [
        "BEGIN:VTIMEZONE",
        "TZID:Our Zone",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        f"TZOFFSETFROM:{offset}",
        f"TZOFFSETTO:{offset}",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


def test_a_zone_that_a_file_defines_holds_for_this_file_only() -> None:
    lines = event("DTSTART;TZID=Our Zone:20261203T100000", "SUMMARY:x")
    hours = []
    for offset in ("+0300", "-0500"):
        found = read(calendar(*zone(offset), *lines))
        assert found is not None
        assert found["events"][0]["start"] is not None
        hours.append(found["events"][0]["start"]["utc"][11:16])
        assert found["events"][0]["start"]["zone"] == "Our Zone"
    assert hours == ["07:00", "15:00"]


def test_days_end_on_their_last_day_and_floating_times_have_no_zone() -> None:
    found = first("DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261207")
    assert found["end"] == {"local": "2026-12-06", "utc": "", "zone": ""}
    assert first("DTSTART:20261205T090000")["start"] == {
        "local": "2026-12-05T09:00:00",
        "utc": "",
        "zone": "",
    }


def test_people_methods_and_rules() -> None:
    found = read(
        calendar(
            *event(
                "DTSTART:20261203T090000Z",
                "ORGANIZER;CN=Bob:mailto:bob@hamburger.test",
                "ATTENDEE;CN=Alice;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT:MAILTO:alice@crepes.test",
                "RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=5",
            ),
            method="reply",
        )
    )
    assert found is not None
    assert found["method"] == "REPLY"
    entry = found["events"][0]
    assert entry["organizer"] is not None
    assert entry["organizer"]["address"] == "bob@hamburger.test"
    assert entry["attendees"] == [
        {"name": "Alice", "address": "alice@crepes.test", "status": "ACCEPTED", "role": "OPT-PARTICIPANT"}
    ]
    assert entry["rule"] == {"FREQ": ["MONTHLY"], "COUNT": ["5"], "BYDAY": ["2TU"]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no calendar",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:9999999\r\nRRULE:FREQ=NEVER\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"/etc/passwd BEGIN:",
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5000,
        calendar(*event("DTSTART;TZID=../../../etc/passwd:20261203T090000")),
        calendar(*event("DTSTART:00010101T000000", "DURATION:P99999999W")),
        calendar(*event("ATTENDEE", "DTEND", "SUMMARY;X=\x00:\x07")),
        calendar(*zone("+9999"), *event("DTSTART;TZID=Our Zone:20261203T100000")),
        b"\xff\xfe" + calendar(*event("SUMMARY:x")),
    ],
)
def test_broken_files_harm_nobody(data: bytes) -> None:
    read(data)
    assert first("SUMMARY:next")["summary"] == "next"


def test_a_bomb_is_bounded() -> None:
    many = [line for _ in range(400) for line in event("SUMMARY:x", "DTSTART:20261203T090000Z")]
    found = read(calendar(*many))
    assert found is not None
    assert (found["count"], len(found["events"])) == (400, 20)
    guests = first(*(f"ATTENDEE:mailto:g{number}@x.test" for number in range(1500)))
    assert (guests["attendee_count"], len(guests["attendees"])) == (1500, 100)
    assert read(b"BEGIN:VCALENDAR\r\n" + b"x" * calendar_process.MAX_BYTES) is None


def test_what_takes_too_long_is_killed(_own_child: calendar_process.Reader) -> None:
    seconds = [
        "BEGIN:VTIMEZONE",
        "TZID:Evil",
        *(["BEGIN:STANDARD", "DTSTART:16010101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0000"]),
        *(["RRULE:FREQ=SECONDLY", "END:STANDARD", "END:VTIMEZONE"]),
    ]
    bomb = calendar(*seconds, *event("DTSTART;TZID=Evil:20261203T100000"))
    assert calendar_process.read(bomb, seconds=0.01) is None
    assert _own_child.kills == 1
    assert first("SUMMARY:next")["summary"] == "next"
