"""What waits is given up before its time; success is told where it was asked for."""

import pytest
from django.utils import timezone

from tests.peer import Peer
from tests.people import Person
from webmail.delivery import attempt, claims, give_up, queue, remote_report
from webmail.models import DeliveryAttempt, Message, OutboundMessage, OutboundRecipient

from .conftest import Send
from .test_attempt import inbox, text_of

pytestmark = pytest.mark.django_db
BOB = "bob@hamburger.test"


def state() -> str:
    return OutboundRecipient.objects.get().state


def reports(person: Person) -> list[Message]:
    return inbox(person)


@pytest.mark.parametrize("held", [True, False])
def test_a_message_is_given_up_with_a_report(held: bool, alice: Person, routed: Peer, send: Send) -> None:
    outbound = send(BOB)
    if held:
        queue.hold(alice.account.pk, outbound.pk)
    assert give_up.bounce(alice.account.pk, outbound.pk) == [BOB]
    assert state() == "failed"
    [report] = reports(alice)
    assert report.preview.startswith("The message to bob@hamburger.test could not be delivered within ")
    assert "Status: 5.4.7" in text_of(alice, report)
    assert routed.connection_count == 0
    assert give_up.bounce(alice.account.pk, outbound.pk) == []


def test_what_is_being_handed_over_is_not_given_up(alice: Person, send: Send) -> None:
    outbound = send(BOB)
    assert claims.claim_due("hamburger.test", timezone.now())
    assert give_up.bounce(alice.account.pk, outbound.pk) == []
    assert state() == "sending"


@pytest.mark.parametrize(("answer", "end"), [("450 4.2.0 later", "failed"), ("250 ok", "delivered")])
def test_a_last_try_is_made_when_the_time_is_over(
    answer: str, end: str, alice: Person, routed: Peer, send: Send
) -> None:
    outbound = send(BOB)
    routed.answers = {"RCPT": answer}
    assert give_up.expire(alice.account.pk, outbound.pk) == ["hamburger.test"]
    attempt.deliver("hamburger.test")
    assert state() == end
    assert len(reports(alice)) == (end == "failed")
    assert DeliveryAttempt.objects.count() == 1


def test_who_asks_what_became_of_it_is_told_once(alice: Person, routed: Peer, send: Send) -> None:
    """By the next server where it knows how (RFC 3461); else by us."""
    for extensions in (("DSN",), ()):
        routed.extensions = extensions
        send(BOB, key=f"k{len(extensions)}")
        OutboundMessage.objects.update(envelope_id="QQ+1", returns="HDRS")
        OutboundRecipient.objects.update(notify="SUCCESS,FAILURE")
        attempt.deliver("hamburger.test")
    asked, silent = routed.commands
    assert "MAIL FROM:<alice@crepes.test> RET=HDRS ENVID=QQ+2B1" in asked
    assert f"RCPT TO:<{BOB}> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{BOB}" in asked
    assert f"RCPT TO:<{BOB}>" in silent
    [report] = reports(alice)
    assert report.subject == "[Handed on] Lunch?"
    text = text_of(alice, report)
    assert "Action: relayed" in text
    assert "Original-Envelope-Id: QQ+1" in text
    assert "At noon?" not in text


def test_delivery_in_our_own_house_is_told_when_asked_for(alice: Person, carol: Person, send: Send) -> None:
    send("carol@crepes.test")
    OutboundRecipient.objects.update(notify="SUCCESS")
    attempt.deliver("crepes.test")
    [report] = reports(alice)
    assert report.subject == "[Delivered] Lunch?"
    assert "Action: delivered" in text_of(alice, report)


def test_every_envelope_has_a_name_that_its_reports_can_say(routed: Peer, send: Send) -> None:
    routed.extensions = ("DSN",)
    outbound = send(BOB)
    attempt.deliver("hamburger.test")
    name = remote_report.envelope_id(outbound.pk)
    assert f"MAIL FROM:<alice@crepes.test> ENVID={name}" in routed.commands[0]


def test_nothing_is_asked_for_the_null_sender(routed: Peer, send: Send) -> None:
    routed.extensions = ("DSN",)
    send(BOB)
    OutboundMessage.objects.update(mail_from="")
    OutboundRecipient.objects.update(notify="SUCCESS")
    attempt.deliver("hamburger.test")
    assert "MAIL FROM:<>" in routed.commands[0]
    assert f"RCPT TO:<{BOB}>" in routed.commands[0]
