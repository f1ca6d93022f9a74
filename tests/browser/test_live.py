"""The live stream as it goes over the wire."""

import json
from http.client import HTTPConnection, HTTPResponse

import pytest
from django.test import Client

from tests.mail import arrive, letter
from tests.people import Person
from webmail.store import queries


def connect(site: str, path: str, cookie: str = "") -> HTTPResponse:
    connection = HTTPConnection(site.removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers={"Cookie": cookie})
    return connection.getresponse()


@pytest.fixture
def cookie(site: str, alice: Person) -> str:
    client = Client()
    client.force_login(alice.user)
    return f"session_{site.rsplit(':', 1)[-1]}={client.session.session_key}"


def next_event(stream: HTTPResponse) -> int:
    while True:
        line = stream.readline().decode()
        assert line, "the stream ended"
        if line.startswith("data: "):
            return int(line.removeprefix("data: "))


@pytest.mark.parametrize("given", ["", "session_1=x"])
def test_strangers_hear_nothing(site: str, given: str) -> None:
    assert connect(site, "/live/", given).status == 403


def test_the_present_modseq_then_each_change(site: str, cookie: str, alice: Person, bob: Person) -> None:
    stream = connect(site, "/live/", cookie)
    assert stream.getheader("content-type") == "text/event-stream"
    now = queries.current_modseq(alice.account.pk)
    assert next_event(stream) == now
    arrive(bob.account.pk, letter("Not hers"))
    arrive(alice.account.pk, letter("Hers", number=2))
    told = next_event(stream)
    assert told == queries.current_modseq(alice.account.pk) > now
    missed = json.load(connect(site, f"/changes/?since={now}&in=inbox", cookie))
    assert [row["id"] for row in missed["rows"]]
    stream.close()
