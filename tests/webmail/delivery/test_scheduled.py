"""Letters for later: sent at their time and once, at another time, given back; reminders."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from mailserver.message import header
from mailserver.message.address import parse
from tests.mail import arrive, letter
from tests.people import Person
from webmail.delivery import claims, scheduled, submit
from webmail.delivery.submit import Handling
from webmail.models import MailboxMessage, OutboundMessage, OutboundRecipient
from webmail.store import check, conversations, queries, snooze

from .conftest import draft_to

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
ANSWER = {"in_reply_to": "7@hamburger.test", "references": ("7@hamburger.test",), "subject": "Re: Lunch"}


def send(person: Person, how: Handling, key: str = "k", **fields: object) -> OutboundMessage:
    draft = draft_to("bob@hamburger.test", **fields)
    return submit.submit(person.account.pk, draft, submission_key=key, hold_seconds=0, how=how)


def stands_in(message_id: int | None) -> list[str]:
    placements = MailboxMessage.objects.filter(message_id=message_id).order_by("mailbox__role")
    return list(placements.values_list("mailbox__role", flat=True))


def first_in(person: Person, role: str) -> queries.Row:
    return queries.mailbox_page(person.account.pk, person.mailbox(role)).rows[0]


def date_of(person: Person, message_id: int) -> bytes:
    return header.first(header.fields(queries.raw(person.account.pk, message_id)), "date") or b""


@pytest.fixture
def at() -> datetime:
    return (timezone.now() + HOUR).replace(microsecond=0)


def test_it_waits_and_goes_at_its_time(alice: Person, kicked: list[str], at: datetime) -> None:
    sent = send(alice, Handling(send_at=at), bcc=parse("dan@x.test"))
    assert stands_in(sent.sent_message_id) == ["scheduled"]
    assert kicked == []
    assert claims.due(at - timedelta(seconds=1))[0] == {}
    assert set(claims.due(at)[0]) == {"hamburger.test", "x.test"}
    assert scheduled.settle(at - timedelta(seconds=1)) == 0
    assert scheduled.settle(at) == 1
    assert stands_in(sent.sent_message_id) == ["outbox", "sent"]
    assert f"{at:%H:%M:%S}".encode() in date_of(alice, sent.sent_message_id or 0)
    assert send(alice, Handling(send_at=at)).pk == sent.pk
    assert list(check.problems()) == []


def test_another_time_and_now(
    alice: Person, kicked: list[str], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduled, "kick", kicked.extend)
    sent = send(alice, Handling(send_at=at, remind_at=at + 9 * HOUR), bcc=parse("dan@x.test"))
    account = alice.account.pk
    later = scheduled.change_time(account, sent.pk, at + HOUR)
    assert stands_in(later) == ["scheduled", "snoozed"]
    assert claims.due(at)[0] == {}
    now = scheduled.change_time(account, sent.pk, None)
    assert stands_in(now) == ["outbox", "sent", "snoozed"]
    assert stands_in(later) == []
    assert kicked == ["hamburger.test", "x.test"]
    stored = queries.message(account, now or 0)
    assert b"dan@x.test" in stored.prefix
    assert stored.received_at <= timezone.now()
    claim = claims.claim_due("hamburger.test", timezone.now())
    assert claim is not None
    assert claim.owed[0].parcel.sent_message_id == now
    assert scheduled.change_time(account, sent.pk, at) is None
    assert scheduled.give_back(account, sent.pk) is None
    assert list(check.problems()) == []


def test_cancelled_it_is_a_draft_of_now(alice: Person, kicked: list[str], at: datetime) -> None:
    sent = send(alice, Handling(send_at=at, remind_at=at + 9 * HOUR))
    draft = scheduled.give_back(alice.account.pk, sent.pk)
    assert stands_in(draft) == ["drafts"]
    assert queries.message(alice.account.pk, draft or 0).received_at <= timezone.now()
    assert set(OutboundRecipient.objects.values_list("state", flat=True)) == {"cancelled"}
    assert scheduled.give_back(alice.account.pk, sent.pk) is None


def test_who_throws_a_conversation_away_does_not_hide_what_is_still_to_go(
    alice: Person, kicked: list[str], at: datetime
) -> None:
    sent = send(alice, Handling(send_at=at))
    conversations.trash(alice.account.pk, [sent.sent_message_id or 0])
    assert stands_in(sent.sent_message_id) == ["scheduled"]


def test_nobody_answers_and_it_comes_back(alice: Person, kicked: list[str], at: datetime) -> None:
    sent = send(alice, Handling(remind_at=at), message_id="7@hamburger.test", subject="Lunch")
    assert stands_in(sent.sent_message_id) == ["outbox", "sent", "snoozed"]
    assert first_in(alice, "snoozed").unanswered
    snooze.wake(at)
    assert stands_in(sent.sent_message_id) == ["inbox", "outbox", "sent"]
    assert first_in(alice, "inbox").unanswered
    arrive(alice.account.pk, letter("Re: Lunch", "Yes", references=[7], number=8), received_at=at)
    assert not first_in(alice, "inbox").unanswered


def test_what_is_snoozed_by_hand_waits_for_no_answer(alice: Person, kicked: list[str], at: datetime) -> None:
    asked = arrive(alice.account.pk, letter("Lunch", number=7))
    send(alice, Handling(), **ANSWER)
    snooze.snooze(alice.account.pk, [asked.message_id], at)
    assert not first_in(alice, "snoozed").unanswered
    snooze.wake(at)
    row = first_in(alice, "inbox")
    assert (row.unanswered, row.snoozed_until) == (False, at)


@pytest.mark.parametrize("role", ["inbox", "archive"])
def test_an_answer_ends_the_waiting(alice: Person, kicked: list[str], at: datetime, role: str) -> None:
    sent = send(alice, Handling(remind_at=at), message_id="7@hamburger.test", subject="Lunch")
    answer = letter("Re: Lunch", "Yes", references=[7])
    arrive(alice.account.pk, answer, role=role)
    assert "snoozed" not in stands_in(sent.sent_message_id)
    assert snooze.wake(at) == 0


def test_taken_back_no_reminder_is_left(alice: Person, kicked: list[str], at: datetime) -> None:
    draft = draft_to("bob@hamburger.test")
    how = Handling(remind_at=at)
    sent = submit.submit(alice.account.pk, draft, submission_key="k", hold_seconds=10, how=how)
    assert stands_in(submit.undo(alice.account.pk, sent.pk)) == ["drafts"]


def test_sent_and_put_away(alice: Person, kicked: list[str]) -> None:
    asked = arrive(alice.account.pk, letter("Lunch", number=7))
    send(alice, Handling(archives=True), **ANSWER)
    assert stands_in(asked.message_id) == ["archive"]


def test_taken_back_its_conversation_is_where_it_was(alice: Person, kicked: list[str]) -> None:
    asked = arrive(alice.account.pk, letter("Lunch", number=7))
    told = arrive(alice.account.pk, letter("Re: Lunch", number=8, references=[7]), role="archive")
    sent = submit.submit(
        alice.account.pk,
        draft_to("bob@hamburger.test", **ANSWER),
        submission_key="k",
        hold_seconds=10,
        reply_to_message_id=asked.message_id,
        how=Handling(archives=True),
    )
    assert stands_in(asked.message_id) == ["archive"]
    assert stands_in(submit.undo(alice.account.pk, sent.pk)) == ["drafts"]
    assert stands_in(asked.message_id) == ["inbox"]
    assert stands_in(told.message_id) == ["archive"]
    assert not MailboxMessage.objects.filter(answered=True).exists()
