"""Who stands in the Outbox, and what it costs that letters leave it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mailserver.smtp.envelope import Envelope, Peer
from tests.mail import arrive, letter
from tests.people import Person
from webmail.delivery import hand_in, outbox, submit
from webmail.models import MailboxMessage, OutboundMessage, OutboundRecipient
from webmail.store import check
from webmail.store.change import Change

from .conftest import Send

pytestmark = pytest.mark.django_db


def leave(account_id: int, messages: list[OutboundMessage]) -> int:
    """Let them be delivered; how many statements it takes to take them out."""
    OutboundRecipient.objects.filter(message__in=messages).update(state="delivered")
    with (
        Change([account_id]),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        outbox.leave([account_id], [message.sent_message_id or 0 for message in messages])
    return len(queries)


def test_many_leave_in_as_many_statements_as_one(alice: Person, send: Send) -> None:
    letters = [send("bob@hamburger.test", subject=f"Letter {number}") for number in range(12)]
    assert MailboxMessage.objects.filter(mailbox_id=alice.mailbox("outbox")).count() == 12
    one, many = leave(alice.account.pk, letters[:1]), leave(alice.account.pk, letters[1:])
    assert one == many <= 12
    assert not MailboxMessage.objects.filter(mailbox_id=alice.mailbox("outbox")).exists()
    assert list(check.problems()) == []


def test_nobody_leaves_for_one_statement(
    alice: Person, send: Send, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    letter = send("bob@hamburger.test", "dan@else.test")
    OutboundRecipient.objects.filter(domain="else.test").update(state="delivered")
    with django_assert_num_queries(1):
        outbox.leave([alice.account.pk], [letter.sent_message_id or 0])
    assert MailboxMessage.objects.filter(mailbox_id=alice.mailbox("outbox")).count() == 1


def test_who_has_a_label_of_that_name_keeps_it(alice: Person, send: Send) -> None:
    alice.account.mailboxes.create(
        path="Outbox", uid_validity=900, created_modseq=1, modseq=1, highest_modseq=1
    )
    send("bob@hamburger.test")
    assert alice.account.mailboxes.get(role="outbox").path == "Outbox 2"


def test_a_copy_that_a_program_keeps_enters_when_it_is_handed_in(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submit, "kick", lambda _domains: None)
    raw = letter("Hi", sender="Alice <alice@crepes.test>", to="bob@hamburger.test")
    kept = arrive(alice.account.pk, raw, role="sent")
    handed = Envelope(Peer("127.0.0.1", 1), alice.address, ("bob@hamburger.test",), raw, timezone.now())
    hand_in.send(hand_in.read(handed), alice.account.pk, b"")
    places = MailboxMessage.objects.filter(message_id=kept.message_id)
    assert sorted(places.values_list("mailbox__role", flat=True)) == ["outbox", "sent"]
