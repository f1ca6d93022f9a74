"""A delivery report that is opened says on top which letter it is about, why, and what can be done."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.bounces import BOB, report
from tests.peer import Peer
from tests.people import Person
from tests.webmail.delivery.test_remote_report import FIELDS, arrive
from webmail.models import MailboxMessage, OutboundMessage, OutboundRecipient

from .test_trace_acts import deliver, kicked, send  # noqa: F401 (a fixture)


def newest(person: Person) -> int:
    rows = MailboxMessage.objects.filter(mailbox_id=person.mailbox("inbox"))
    return rows.latest("uid").message_id


def opened(web: Client, message_id: int) -> str:
    return web.get(f"/messages/{message_id}/", follow=True).content.decode()


@pytest.mark.parametrize("afar", [True, False])
@pytest.mark.usefixtures("kicked")
def test_a_report_leads_to_its_letter_and_lets_it_go_again(
    afar: bool, alice: Person, web: Client, settings: Settings
) -> None:
    outbound = send(alice, BOB)
    with Peer({} if afar else {"RCPT": "550 5.1.1 no such user"}) as peer:
        deliver(peer, settings)
    if afar:
        arrive(report(FIELDS))
    page = opened(web, newest(alice))
    assert "report-card" in page
    assert "The address bob@hamburger.test is unknown at hamburger.test." in page
    assert "Check the address for typing mistakes" in page
    assert f'href="/messages/{outbound.sent_message_id}/"' in page
    failed = OutboundRecipient.objects.get()
    again = web.post(f"/outbox/recipients/{failed.pk}/again/", {"address": "bo@hamburger.test"})
    assert again.url == f"/messages/{outbound.sent_message_id}/"  # type: ignore[attr-defined]
    assert OutboundMessage.objects.count() == 2
    assert "Sent again to bo@hamburger.test." in opened(web, newest(alice))


@pytest.mark.usefixtures("kicked")
def test_who_only_claims_something_gets_no_card(alice: Person, web: Client, settings: Settings) -> None:
    send(alice, BOB)
    with Peer() as peer:
        deliver(peer, settings)
    others = [FIELDS.replace(BOB, f"{name}@hamburger.test") for name in ("dan", "eve")]
    arrive(report("\n".join(others)))
    assert "report-card" not in opened(web, newest(alice))
    arrive(report(FIELDS), return_path="mallory@far.test")
    assert "report-card" not in opened(web, newest(alice))
