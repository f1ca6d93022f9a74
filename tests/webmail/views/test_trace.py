"""The line of a recipient: how far an attempt came, and what the page says of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.people import Person
from webmail.delivery.trace import AttemptTrace, RecipientTrace
from webmail.views.trace_lane import stations
from webmail.views.trace_words import words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TLS = "TLSv1.3 TLS_AES_256_GCM_SHA384"


def attempt(**fields: object) -> AttemptTrace:
    known = {
        "id": 1,
        "started_at": NOW,
        "finished_at": NOW + timedelta(seconds=1),
        "host": "mx.hamburger.test",
        "ip": "192.0.2.7",
        "tls": TLS,
        "code": 250,
        "enhanced_code": "2.0.0",
        "text": "ok",
        "transcript": (),
    }
    return AttemptTrace(**known | fields)


def recipient(state: str, *attempts: AttemptTrace, **fields: object) -> RecipientTrace:
    known = {
        "id": 1,
        "outbound_id": 1,
        "address": "bob@hamburger.test",
        "state": state,
        "next_attempt_at": None,
        "finished_at": NOW,
        "hold_until": None,
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=5),
        "attempts": attempts,
    }
    return RecipientTrace(**known | fields)


def looks(found: RecipientTrace) -> list[str]:
    return [str(station.state) for station in stations(found)]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (recipient("delivered", attempt()), ["done"] * 5),
        (recipient("delivered", attempt(tls="")), ["done", "done", "done", "open", "done"]),
        (recipient("delivered", attempt(host="", ip="", tls="")), ["done", "done"]),
        (recipient("waiting"), ["done", "todo", "todo", "todo", "todo"]),
        (recipient("sending", attempt(code=0)), ["done", "now", "todo", "todo", "todo"]),
        (recipient("waiting", attempt(code=450)), ["done", "done", "done", "done", "wait"]),
        (recipient("failed", attempt(code=550)), ["done", "done", "done", "done", "fail"]),
        (recipient("waiting", attempt(code=0, ip="", tls="")), ["done", "done", "wait", "todo", "todo"]),
        (
            recipient("waiting", attempt(code=0, host="", ip="", tls="", enhanced_code="4.4.2")),
            ["done", "done", "wait", "todo", "todo"],
        ),
        (recipient("parked", attempt(code=451, host="", ip="", tls="")), ["done", "fail"]),
        (
            recipient("failed", attempt(code=550, host="", ip="", tls="")),
            ["done", "fail", "todo", "todo", "todo"],
        ),
    ],
)
def test_the_line_shows_how_far_the_message_came(found: RecipientTrace, expected: list[str]) -> None:
    assert looks(found) == expected


def test_the_last_station_is_called_by_what_happened_there() -> None:
    last = stations(recipient("failed", attempt(code=550, enhanced_code="5.1.1")))[-1]
    assert (last.name, last.note) == ("Refused", "550 5.1.1")
    assert stations(recipient("delivered", attempt()))[3].note == "TLS 1.3"


def test_the_reason_is_said_in_plain_words() -> None:
    grey = recipient(
        "waiting", attempt(code=450, text="Greylisted"), next_attempt_at=NOW + timedelta(minutes=5)
    )
    said = words(grey, NOW)
    assert (said.state, said.look, said.until) == ("Waiting", "warn", NOW + timedelta(minutes=5))
    assert "greylisting" in said.sentence
    unknown = recipient("failed", attempt(code=550, enhanced_code="5.1.1", text="No such user"))
    assert words(unknown, NOW).sentence == "The address bob@hamburger.test is unknown at hamburger.test."
    assert words(unknown, NOW).advice
    ours = attempt(code=451, enhanced_code="4.3.0", host="", ip="", tls="")
    assert (
        words(recipient("waiting", ours, next_attempt_at=NOW), NOW).sentence
        == "Something on this server goes wrong with it."
    )
    parked = words(recipient("parked", ours), NOW)
    assert (parked.state, parked.look) == ("Set aside", "bad")


def test_the_outbox_of_another_is_not_found(client: Client, bob: Person) -> None:
    client.force_login(bob.user)
    assert {client.post(f"/outbox/1/{verb}/").status_code for verb in ("retry", "cancel", "undo")} == {404}
