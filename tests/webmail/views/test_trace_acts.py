"""What a sender can do in the trace: hurry, stop, correct; and that it says who has the message already."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.bounces import BOB, report
from tests.peer import Peer
from tests.people import Person
from tests.webmail.delivery.conftest import draft_to
from tests.webmail.delivery.test_remote_report import FIELDS, arrive
from webmail.delivery import attempt, claims, kick, resend, submit
from webmail.models import OutboundMessage, OutboundRecipient

HTMX = {"HTTP_HX_REQUEST": "true"}
DAN = "dan@hamburger.test"


@pytest.fixture
def kicked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    domains: list[str] = []
    for module in (submit, resend, kick):
        monkeypatch.setattr(module, "kick", domains.extend)
    return domains


def send(person: Person, *to: str, hold_seconds: int = 0) -> OutboundMessage:
    draft = draft_to(*to, message_id="lunch@crepes.test")
    return submit.submit(person.account.pk, draft, submission_key="k", hold_seconds=hold_seconds)


def deliver(peer: Peer, settings: Settings) -> None:
    settings.MAIL_ROUTES = f"hamburger.test=127.0.0.1:{peer.port}"
    attempt.deliver("hamburger.test")


def state(address: str) -> str:
    return OutboundRecipient.objects.filter(address=address).latest("pk").state


def test_a_failed_copy_goes_again_to_a_corrected_address_alone(
    alice: Person, web: Client, settings: Settings, kicked: list[str]
) -> None:
    outbound = send(alice, "bbo@hamburger.test", DAN)
    with Peer({"RCPT TO:<bbo@hamburger.test>": "550 5.1.1 no such user"}) as peer:
        deliver(peer, settings)
        failed = OutboundRecipient.objects.get(state="failed")
        url = f"/outbox/recipients/{failed.pk}/again/"
        for _ in range(2):
            page = web.post(url, {"address": BOB}, **HTMX).content.decode()
        attempt.deliver("hamburger.test")
    assert "Sent again to bob@hamburger.test." in page
    assert OutboundMessage.objects.count() == 2
    assert [message.recipients for message in peer.messages] == [[DAN], [BOB]]
    first, second = peer.messages
    assert second.content.startswith(b"Resent-From: alice@crepes.test\r\nResent-To: bob@hamburger.test\r\n")
    assert second.content.endswith(first.content)
    shown = web.get(f"/messages/{outbound.sent_message_id}/trace/").content.decode()
    assert shown.count('class="lane ') == 3


@pytest.mark.parametrize("address", ["nonsense", "", "bob@hamburger.test\r\nRCPT TO:<x@y.test>"])
def test_what_is_no_address_is_refused_in_words(
    address: str, alice: Person, web: Client, settings: Settings, kicked: list[str]
) -> None:
    send(alice, BOB)
    with Peer({"RCPT": "550 5.1.1 no such user"}) as peer:
        deliver(peer, settings)
    failed = OutboundRecipient.objects.get()
    page = web.post(f"/outbox/recipients/{failed.pk}/again/", {"address": address}, **HTMX)
    assert "This is not an e-mail address." in page.content.decode()
    assert OutboundMessage.objects.count() == 1


def test_what_has_not_failed_is_not_sent_again(alice: Person, web: Client, kicked: list[str]) -> None:
    send(alice, BOB)
    row = OutboundRecipient.objects.get()
    page = web.post(f"/outbox/recipients/{row.pk}/again/", {"address": BOB}, **HTMX)
    assert "It is already on its way." in page.content.decode()


def test_what_came_back_is_shown_with_its_report(
    alice: Person, web: Client, settings: Settings, kicked: list[str]
) -> None:
    outbound = send(alice, BOB)
    with Peer() as peer:
        deliver(peer, settings)
    arrive(report(FIELDS))
    page = web.get(f"/messages/{outbound.sent_message_id}/trace/").content.decode()
    assert "The address bob@hamburger.test is unknown at hamburger.test." in page
    assert "mx.far.test gave it back" in page
    assert "Read the report" in page
    assert 'name="address" value="bob@hamburger.test"' in page


def test_stopping_tells_who_has_it_already(
    alice: Person, web: Client, settings: Settings, kicked: list[str]
) -> None:
    outbound = send(alice, BOB, DAN, "eve@x.test")
    with Peer({"RCPT TO:<dan@hamburger.test>": "450 4.2.0 later"}) as peer:
        deliver(peer, settings)
    assert claims.claim_due("x.test", OutboundRecipient.objects.get(domain="x.test").next_attempt_at)  # type: ignore[arg-type]
    page = web.post(f"/outbox/{outbound.pk}/cancel/", **HTMX).content.decode()
    assert "Stopped for dan@hamburger.test." in page
    assert "bob@hamburger.test has it already." in page
    assert "It is being handed over for eve@x.test right now." in page


def test_one_copy_of_several_is_stopped_or_hurried(alice: Person, web: Client, kicked: list[str]) -> None:
    outbound = send(alice, BOB, DAN, hold_seconds=600)
    dan, bob = (OutboundRecipient.objects.get(address=address) for address in (DAN, BOB))
    web.post(f"/outbox/{outbound.pk}/cancel/", {"recipient": dan.pk}, **HTMX)
    assert (state(DAN), state(BOB)) == ("cancelled", "waiting")
    web.post(f"/outbox/{outbound.pk}/retry/", {"recipient": bob.pk}, **HTMX)
    assert claims.claim_due("hamburger.test", OutboundRecipient.objects.get(pk=bob.pk).next_attempt_at)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verbs", "end"),
    [
        (["hold"], "waiting"),
        (["hold", "release"], "waiting"),
        (["bounce"], "failed"),
        (["expire"], "waiting"),
    ],
)
def test_what_waits_is_steered(
    verbs: list[str], end: str, alice: Person, web: Client, kicked: list[str]
) -> None:
    outbound = send(alice, BOB)
    for verb in verbs:
        assert web.post(f"/outbox/{outbound.pk}/steer/{verb}/", **HTMX).status_code == 200
    row = OutboundRecipient.objects.get()
    assert row.state == end
    assert (row.next_attempt_at is None) == (verbs[-1] in {"hold", "bounce"})
    assert web.post(f"/outbox/{outbound.pk}/steer/burn/").status_code == 404


def test_undo_that_comes_too_late_tells_who_has_it(
    alice: Person, web: Client, settings: Settings, kicked: list[str]
) -> None:
    outbound = send(alice, BOB)
    with Peer() as peer:
        deliver(peer, settings)
    answer = web.post(f"/outbox/{outbound.pk}/undo/", HTTP_ACCEPT="application/json")
    assert answer.status_code == 409
    assert "bob@hamburger.test has it already." in answer.json()["error"]


def test_the_copy_of_another_is_not_found(
    alice: Person, bob: Person, client: Client, kicked: list[str]
) -> None:
    send(alice, "dan@x.test")
    client.force_login(bob.user)
    row = OutboundRecipient.objects.get()
    for address in (DAN, "nonsense", ""):
        assert client.post(f"/outbox/recipients/{row.pk}/again/", {"address": address}).status_code == 404
