"""The Outbox on the web: a place of the sidebar while something waits for another try; deleting there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.people import Person
from tests.webmail.delivery.conftest import draft_to
from webmail.delivery import submit
from webmail.delivery.submit import Handling
from webmail.models import MailboxMessage, OutboundMessage, OutboundRecipient

JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def sent(alice: Person) -> OutboundMessage:
    return submit.submit(
        alice.account.pk, draft_to("bob@hamburger.test"), submission_key="k", hold_seconds=10
    )


@pytest.fixture
def late(sent: OutboundMessage) -> OutboundMessage:
    """One that was tried in vain."""
    OutboundRecipient.objects.update(attempt_count=1)
    return sent


def sidebar(web: Client) -> str:
    return web.get("/sidebar/").content.decode()


def test_what_goes_at_once_shows_no_outbox(web: Client, sent: OutboundMessage) -> None:
    assert 'data-slug="outbox"' not in sidebar(web)


def test_what_waits_for_another_try_is_listed(web: Client, late: OutboundMessage) -> None:
    shown = sidebar(web)
    assert 'data-slug="outbox"' in shown
    assert "Lunch?" in web.get("/mail/outbox/").content.decode()


def test_nothing_is_moved_or_labelled_into_it(web: Client, alice: Person, late: OutboundMessage) -> None:
    key = MailboxMessage.objects.filter(mailbox__role="sent").values_list("thread_id", flat=True).get()
    for verb, fields in (("move", {"role": "outbox"}), ("label", {"mailbox": alice.mailbox("outbox")})):
        answer = web.post(f"/conversations/{verb}/", {"ids": key, "in": "sent", **fields})
        assert answer.status_code == 404


@pytest.mark.parametrize("everything", [{}, {"all": "1"}])
def test_deleted_there_it_is_not_sent(web: Client, late: OutboundMessage, everything: dict[str, str]) -> None:
    key = MailboxMessage.objects.values_list("thread_id", flat=True).distinct().get()
    answer = web.post("/conversations/trash/", {"ids": key, "in": "outbox", **everything}, **JSON)
    assert answer.json()["text"] == "Not sent: it is a draft again"
    assert OutboundRecipient.objects.get().state == "cancelled"
    assert MailboxMessage.objects.get().mailbox.role == "drafts"


def test_deleted_in_scheduled_it_is_not_sent_either(web: Client, alice: Person) -> None:
    at = timezone.now() + timedelta(hours=1)
    submit.submit(
        alice.account.pk, draft_to("bob@hamburger.test"), submission_key="k", how=Handling(send_at=at)
    )
    key = MailboxMessage.objects.values_list("thread_id", flat=True).get()
    web.post("/conversations/trash/", {"ids": key, "in": "scheduled"}, **JSON)
    assert OutboundRecipient.objects.get().state == "cancelled"
    assert MailboxMessage.objects.get().mailbox.role == "drafts"


def test_deleted_too_late_it_says_who_has_it(web: Client, alice: Person) -> None:
    draft = draft_to("bob@hamburger.test", "dan@else.test")
    submit.submit(alice.account.pk, draft, submission_key="k", hold_seconds=10)
    OutboundRecipient.objects.filter(domain="hamburger.test").update(state="delivered")
    key = MailboxMessage.objects.values_list("thread_id", flat=True).distinct().get()
    answer = web.post("/conversations/trash/", {"ids": key, "in": "outbox"}, **JSON)
    assert answer.status_code == 422
    assert "bob@hamburger.test" in answer.json()["text"]
    assert OutboundRecipient.objects.get(domain="else.test").state == "cancelled"
    assert MailboxMessage.objects.get().mailbox.role == "sent"
