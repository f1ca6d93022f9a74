"""A connection to a routed host goes on with the mail of the next destination that leads there."""

import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.client import Conversation
from tests.peer import Drop, Peer
from webmail.delivery import attempt, link, spare
from webmail.models import DeliveryAttempt

from .conftest import Send

pytestmark = pytest.mark.django_db
BOTH = ("hamburger.test", "noodles.test")


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep nothing for the next test."""
    kept = spare.Spare[Conversation]()
    monkeypatch.setattr(link, "spare_of_process", kept)
    yield
    for place in list(kept._kept):
        while conversation := kept.take(place):
            conversation.close()


@pytest.fixture
def smarthost(peer: Peer, settings: Settings) -> Peer:
    settings.MAIL_ROUTES = f"*=127.0.0.1:{peer.port}"
    return peer


def told(domain: str) -> str:
    return str(DeliveryAttempt.objects.get(recipient__domain=domain).transcript)


def test_one_connection_is_for_all_destinations_of_a_smarthost(smarthost: Peer, send: Send) -> None:
    send("bob@hamburger.test", "bob@noodles.test")
    for domain in BOTH:
        attempt.deliver(domain)
    assert [each.recipients for each in smarthost.messages] == [["bob@hamburger.test"], ["bob@noodles.test"]]
    assert smarthost.connection_count == 1
    assert smarthost.commands[0].count("QUIT") == 1
    assert "stays open for other mail" in told("hamburger.test")
    assert "noodles" not in told("hamburger.test")
    assert "goes on over an open connection to 127.0.0.1" in told("noodles.test")
    assert "hamburger" not in told("noodles.test")
    assert "221 bye" in told("noodles.test")


def test_a_route_of_two_domains_is_one_place_and_others_are_not(
    peer: Peer, send: Send, settings: Settings
) -> None:
    with Peer() as other:
        routes = [f"{name}=127.0.0.1:{peer.port}" for name in BOTH]
        settings.MAIL_ROUTES = ",".join([*routes, f"*=127.0.0.1:{other.port}"])
        send("bob@hamburger.test", "bob@crisps.test")
        attempt.deliver("hamburger.test")
        assert peer.commands[0][-1] == "QUIT"
        send("bob@hamburger.test", "bob@noodles.test")
        for domain in ("hamburger.test", "noodles.test", "crisps.test"):
            attempt.deliver(domain)
        assert (peer.connection_count, other.connection_count) == (2, 1)


def test_nobody_keeps_a_connection_for_nothing(smarthost: Peer, send: Send) -> None:
    send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    assert smarthost.commands[0][-1] == "QUIT"


def test_what_asks_for_more_has_a_connection_of_its_own(smarthost: Peer, send: Send) -> None:
    send("bob@hamburger.test")
    send("bob@noodles.test", tls_wish=TlsWish.OPTIONAL)
    for domain in BOTH:
        attempt.deliver(domain)
    assert smarthost.connection_count == 2


def test_one_that_was_lost_meanwhile_costs_nothing(smarthost: Peer, send: Send) -> None:
    smarthost.connections = [{"RSET": Drop()}, {}]
    send("bob@hamburger.test", "bob@noodles.test")
    for domain in BOTH:
        attempt.deliver(domain)
    assert len(smarthost.messages) == smarthost.connection_count == 2
    assert DeliveryAttempt.objects.filter(code=250).count() == 2


def test_who_does_not_come_is_not_waited_for(
    smarthost: Peer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spare, "SECONDS", 0.1)
    send("bob@hamburger.test", "bob@noodles.test")
    attempt.deliver("hamburger.test")
    deadline = time.monotonic() + 20
    while smarthost.commands[0][-1] != "QUIT":
        assert time.monotonic() < deadline
        time.sleep(0.01)
