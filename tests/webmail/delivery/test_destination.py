"""A destination that can't be reached costs one probe for all of its mail; persons' mail goes before bulk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailserver.message.address import parse
from tests.peer import Drop, Peer, Slow
from tests.people import Person
from webmail.delivery import attempt, claims, destination, lanes, queue, trace
from webmail.models import DeliveryAttempt, Destination, OutboundMessage, OutboundRecipient

from .conftest import Send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unproven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "of_process", lanes.Lanes(16))


def make_due() -> None:
    OutboundRecipient.objects.filter(state="waiting").update(next_attempt_at=timezone.now())


def test_a_dead_domain_costs_one_probe_for_all_of_its_mail(
    routed: Peer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "CLAIM_ROWS", 4)
    routed.answers = {"banner": Drop()}
    for _ in range(10):
        send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    for _ in range(3):
        send("bob@hamburger.test")
        attempt.deliver("hamburger.test")
    assert routed.connection_count == 1
    assert DeliveryAttempt.objects.filter(finished_at__isnull=False).count() == 13


def test_what_is_put_off_says_why(alice: Person, routed: Peer, send: Send) -> None:
    routed.answers = {"banner": "421 4.3.2 out for lunch"}
    send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    later = send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    [shown] = trace.trace(alice.account.pk, later.sent_message_id or 0)
    assert shown.last
    assert "out for lunch" in shown.last.text
    assert "not dialled now" in shown.last.transcript[0][2]


def test_a_messages_own_next_try_dials(routed: Peer, send: Send) -> None:
    routed.answers = {"banner": Drop()}
    send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    row, standing = OutboundRecipient.objects.get(), Destination.objects.get()
    assert row.next_attempt_at
    assert row.next_attempt_at > standing.retry_at


def test_an_answer_ends_it_and_a_probe_that_fails_makes_it_longer(routed: Peer, send: Send) -> None:
    routed.answers = {"banner": Drop()}
    send("bob@hamburger.test")
    pauses = []
    for _ in range(2):
        destination.try_again(["hamburger.test"])
        make_due()
        attempt.deliver("hamburger.test")
        row = Destination.objects.get()
        pauses.append((row.failures, row.retry_at - row.failed_at))
    assert [failures for failures, _ in pauses] == [1, 2]
    routed.answers = {}
    destination.try_again(["hamburger.test"])
    make_due()
    attempt.deliver("hamburger.test")
    assert not Destination.objects.exists()
    assert len(routed.messages) == 1


def test_nobody_is_given_up_without_a_last_try(routed: Peer, send: Send) -> None:
    routed.answers = {"banner": Drop()}
    send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    OutboundMessage.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    make_due()
    routed.answers = {}
    attempt.deliver("hamburger.test")
    assert OutboundRecipient.objects.get().state == "delivered"


def test_who_asks_for_a_try_gets_one(alice: Person, routed: Peer, send: Send) -> None:
    routed.answers = {"banner": Drop()}
    outbound = send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    routed.answers = {}
    queue.retry_now(alice.account.pk, outbound.pk)
    attempt.deliver("hamburger.test")
    assert OutboundRecipient.objects.get().state == "delivered"


def test_a_server_that_answers_slowly_is_dialled_again_with_more_patience(routed: Peer, send: Send) -> None:
    routed.answers = {"MAIL": Slow(3, "250 ok")}
    send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    standing = destination.standing("hamburger.test")
    assert standing
    assert standing.is_silent
    assert standing.retry_at <= timezone.now()


def test_what_a_person_wrote_to_a_few_goes_before_bulk(
    routed: Peer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "CLAIM_ROWS", 1)
    many = [f"user{number}@hamburger.test" for number in range(30)]
    send("bob@x.test", bcc=parse(", ".join(many)))
    send("bob@hamburger.test")
    claim = claims.claim_due("hamburger.test", timezone.now())
    assert claim
    assert [item.address for item in claim.owed] == ["bob@hamburger.test"]
