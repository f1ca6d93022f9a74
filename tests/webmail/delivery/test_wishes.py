"""What senders asked to be told, and what they are told (RFC 3461)."""

import pytest

from tests.peer import Peer
from tests.people import Person, make_person
from webmail.delivery import attempt
from webmail.models import MailboxMessage, OutboundMessage, OutboundRecipient
from webmail.store import accounts, queries

from .conftest import Send


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("forward", "onward"):
        monkeypatch.setattr(f"webmail.delivery.{module}.kick", lambda _domains: None)


def reports(person: Person) -> list[bytes]:
    rows = MailboxMessage.objects.filter(mailbox_id=person.mailbox("inbox")).order_by("uid")
    return [queries.raw(person.account.pk, key) for key in rows.values_list("message_id", flat=True)]


def wish(outbound: OutboundMessage, notify: str) -> None:
    outbound.recipients.update(notify=notify)


def carry_out(outbound: OutboundMessage) -> None:
    for domain in sorted(set(outbound.recipients.values_list("domain", flat=True))):
        attempt.deliver(domain)


def test_success_is_told_to_who_asks(send: Send, routed: Peer, alice: Person) -> None:
    make_person("carol@crepes.test", "Carol")
    outbound = send("bob@hamburger.test", "carol@crepes.test")
    wish(outbound, "SUCCESS")
    OutboundMessage.objects.update(envelope_id="e1", returns="FULL")
    carry_out(outbound)
    here, there = reports(alice)
    assert b"Original-Envelope-Id: e1\r\n" in here
    assert b"carol@crepes.test\r\nAction: delivered\r\nStatus: 2.0.0" in here
    assert b"bob@hamburger.test\r\nAction: relayed\r\nStatus: 2.0.0" in there
    assert b"text/rfc822-headers" in there


def test_nobody_is_told_who_does_not_ask(send: Send, routed: Peer, alice: Person) -> None:
    make_person("carol@crepes.test", "Carol")
    carry_out(send("bob@hamburger.test", "carol@crepes.test"))
    for notify in ("NEVER", "SUCCESS", "DELAY"):
        outbound = send("nobody@crepes.test")
        wish(outbound, notify)
        carry_out(outbound)
    assert reports(alice) == []


def test_only_the_header_comes_back_where_that_was_asked_for(send: Send, alice: Person) -> None:
    for returns, kind in (
        ("HDRS", b"text/rfc822-headers"),
        ("FULL", b"message/rfc822"),
        ("", b"message/rfc822"),
    ):
        outbound = send("nobody@crepes.test")
        OutboundMessage.objects.filter(pk=outbound.pk).update(returns=returns)
        carry_out(outbound)
        assert b"Content-Type: " + kind in reports(alice)[-1]


def test_what_goes_on_takes_its_wish_along(send: Send, alice: Person) -> None:
    accounts.add_alias("dan@crepes.test", "dan@x.test")
    outbound = send("dan@crepes.test")
    wish(outbound, "SUCCESS,FAILURE")
    carry_out(outbound)
    onward = OutboundRecipient.objects.get(address="dan@x.test")
    assert (onward.notify, onward.message.mail_from) == ("SUCCESS,FAILURE", alice.address)
    assert reports(alice) == []
