"""A draft leaves through one door: all of it, or nothing."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from mailserver.message.address import parse
from mailserver.message.compose import Attachment
from tests.mail import arrive, letter
from tests.people import Person
from webmail.delivery import claims, queue, submit
from webmail.delivery.submit import Problem, SubmitError
from webmail.models import (
    ContactAddress,
    MailboxMessage,
    Message,
    OutboundMessage,
    OutboundRecipient,
    RecipientState,
)

from .conftest import Send, draft_to


def placements(person: Person, role: str) -> list[MailboxMessage]:
    return list(MailboxMessage.objects.filter(mailbox_id=person.mailbox(role)))


def test_a_letter_is_in_sent_and_owed_to_each_recipient_once(alice: Person, send: Send) -> None:
    before = alice.account.modseq
    outbound = send(
        "Bob <Bob@hamburger.test>", "bob@HAMBURGER.test, eve@hämburger.test", bcc=parse("dan@x.test")
    )
    [sent] = placements(alice, "sent")
    assert sent.seen
    assert outbound.sent_message_id == sent.message_id
    rows = OutboundRecipient.objects.order_by("pk")
    assert [(row.address, row.domain, row.state) for row in rows] == [
        ("Bob@hamburger.test", "hamburger.test", "waiting"),
        ("eve@xn--hmburger-0za.test", "xn--hmburger-0za.test", "waiting"),
        ("dan@x.test", "x.test", "waiting"),
    ]
    assert outbound.mail_from == "alice@crepes.test"
    alice.account.refresh_from_db()
    assert alice.account.modseq == before + 1


def test_only_the_senders_copy_names_the_bcc(alice: Person, send: Send) -> None:
    outbound = send("bob@hamburger.test", bcc=parse("dan@x.test"))
    assert bytes(Message.objects.get().prefix) == b"Bcc: dan@x.test\r\n"
    assert bytes(outbound.prefix) == b""


def test_the_same_key_twice_is_one_letter(alice: Person, send: Send) -> None:
    assert send("bob@hamburger.test", key="click").pk == send("bob@hamburger.test", key="click").pk
    assert len(placements(alice, "sent")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_letter(alice: Person, send: Send) -> None:
    found: list[int] = []

    def click() -> None:
        try:
            found.append(send("bob@hamburger.test", key="click").pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert OutboundMessage.objects.count() == 1


def test_the_draft_goes_and_the_original_is_answered(alice: Person, kicked: list[str]) -> None:
    original = arrive(alice.account.pk, letter())
    draft = arrive(alice.account.pk, letter("Re: Hello", number=2), role="drafts")
    submit.submit(
        alice.account.pk,
        draft_to("bob@hamburger.test"),
        submission_key="k",
        draft_message_id=draft.message_id,
        reply_to_message_id=original.message_id,
    )
    assert placements(alice, "drafts") == []
    assert placements(alice, "inbox")[0].answered


def test_contacts_are_collected_and_counted(alice: Person, send: Send) -> None:
    send("Bob <bob@hamburger.test>")
    send("Robert <BOB@hamburger.test>", "carol@crepes.test")
    found = ContactAddress.objects.order_by("address").values_list("address", "contact__name", "use_count")
    assert list(found) == [("bob@hamburger.test", "Bob", 2), ("carol@crepes.test", "", 1)]


@pytest.mark.parametrize(
    ("fields", "problem", "addresses"),
    [
        ({"to": ()}, Problem.NO_RECIPIENTS, ()),
        ({"to": parse("bob@hamburger.test, nobody@")}, Problem.BAD_ADDRESS, ("nobody",)),
        ({"from_": parse("bob@hamburger.test")}, Problem.NOT_YOUR_ADDRESS, ("bob@hamburger.test",)),
        ({"from_": ()}, Problem.NOT_YOUR_ADDRESS, ()),
        ({"to": parse("a@x.test, b@x.test, c@x.test")}, Problem.TOO_MANY_RECIPIENTS, ()),
        (
            {"attachments": (Attachment("a.bin", "application/octet-stream", b"x" * 20_000),)},
            Problem.TOO_LARGE,
            (),
        ),
    ],
)
def test_what_can_not_be_sent_changes_nothing(
    send: Send,
    settings: Settings,
    fields: dict[str, object],
    problem: Problem,
    addresses: tuple[str, ...],
) -> None:
    settings.MAX_RECIPIENTS, settings.MAX_MESSAGE_BYTES = 2, 20_000
    with pytest.raises(SubmitError) as caught:
        send("bob@hamburger.test", **fields)
    assert caught.value.problem is problem
    assert caught.value.addresses == addresses
    assert not Message.objects.exists()
    assert not OutboundMessage.objects.exists()


def test_workers_are_woken_only_without_a_hold(
    send: Send, kicked: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send("bob@hamburger.test", "eve@hamburger.test", "dan@x.test")
    assert kicked == ["hamburger.test", "x.test"]
    with django_capture_on_commit_callbacks(execute=True):
        send("bob@hamburger.test", hold_seconds=10)
    assert kicked == ["hamburger.test", "x.test"]


def test_a_held_letter_is_not_due_before_its_window_is_over(send: Send) -> None:
    outbound = send("bob@hamburger.test", hold_seconds=10)
    now = timezone.now()
    assert claims.claim_due("hamburger.test", now) is None
    assert outbound.hold_until and outbound.hold_until > now + timedelta(seconds=10)
    assert claims.claim_due("hamburger.test", now + timedelta(seconds=14))


def test_undo_gives_the_draft_back(alice: Person, send: Send) -> None:
    outbound = send("bob@hamburger.test", hold_seconds=10, bcc=parse("dan@x.test"))
    draft_id = submit.undo(alice.account.pk, outbound.pk)
    [draft] = placements(alice, "drafts")
    assert draft.message_id == draft_id
    assert draft.draft
    assert placements(alice, "sent") == []
    assert bytes(Message.objects.get().prefix) == b"Bcc: dan@x.test\r\n"
    assert set(OutboundRecipient.objects.values_list("state", flat=True)) == {"cancelled"}
    assert submit.undo(alice.account.pk, outbound.pk) is None


def test_undo_is_too_late_once_a_worker_has_any_of_it(alice: Person, send: Send) -> None:
    outbound = send("bob@hamburger.test", "dan@x.test")
    assert claims.claim_due("x.test", timezone.now())
    assert submit.undo(alice.account.pk, outbound.pk) is None
    assert len(placements(alice, "sent")) == 1
    states = dict(OutboundRecipient.objects.values_list("domain", "state"))
    assert states == {"hamburger.test": "waiting", "x.test": "sending"}


@pytest.mark.django_db(transaction=True)
def test_undo_against_claim_has_one_winner(alice: Person, send: Send) -> None:
    for _ in range(5):
        outbound = send("bob@hamburger.test")
        won: dict[str, object] = {}
        ready = threading.Barrier(2)

        def race(
            name: str, action: object, won: dict[str, object] = won, ready: threading.Barrier = ready
        ) -> None:
            ready.wait()
            try:
                won[name] = action()  # type: ignore[operator]
            finally:
                connections.close_all()

        key = outbound.pk
        threads = [
            threading.Thread(target=race, args=("undo", lambda key=key: submit.undo(alice.account.pk, key))),
            threading.Thread(
                target=race, args=("claim", lambda: claims.claim_due("hamburger.test", timezone.now()))
            ),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (won["undo"] is None) != (won["claim"] is None)
        OutboundRecipient.objects.filter(state=RecipientState.SENDING).update(state=RecipientState.DELIVERED)


def test_somebody_elses_letter_is_not_there(bob: Person, send: Send) -> None:
    outbound = send("dan@x.test", hold_seconds=10)
    for action in (submit.undo, queue.cancel, queue.hold, queue.retry_now):
        with pytest.raises(OutboundMessage.DoesNotExist):
            action(bob.account.pk, outbound.pk)
