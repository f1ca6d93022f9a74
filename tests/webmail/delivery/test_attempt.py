"""From the queue to a peer on a real socket: states, attempts, reports."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from pytest_django import Settings

from mailserver.message.address import parse
from tests.names import Names
from tests.peer import Drop, Peer
from tests.people import Person
from webmail.delivery import attempt, claims, contents, trace
from webmail.models import (
    BlobChunk,
    DeliveryAttempt,
    Message,
    OutboundMessage,
    OutboundRecipient,
)
from webmail.store import blobs
from webmail.store.queries import raw

from ...logs import LogWatch
from .conftest import Send

pytestmark = pytest.mark.django_db


def states() -> dict[str, str]:
    return dict(OutboundRecipient.objects.values_list("address", "state"))


def inbox(person: Person) -> list[Message]:
    return list(Message.objects.filter(placements__mailbox_id=person.mailbox("inbox")).order_by("pk"))


def text_of(person: Person, message: Message) -> str:
    return raw(person.account.pk, message.pk).decode()


def make_due(when: datetime | None = None) -> None:
    OutboundRecipient.objects.filter(state="waiting").update(next_attempt_at=when or timezone.now())


def test_a_letter_goes_out_to_the_byte(alice: Person, routed: Peer, send: Send) -> None:
    outbound = send("bob@hamburger.test", bcc=parse("dan@hamburger.test"))
    attempt.deliver("hamburger.test")
    assert states() == {"bob@hamburger.test": "delivered", "dan@hamburger.test": "delivered"}
    [message] = routed.messages
    assert message.recipients == ["bob@hamburger.test", "dan@hamburger.test"]
    sent = raw(alice.account.pk, outbound.sent_message_id or 0)
    assert sent == b"Bcc: dan@hamburger.test\r\n" + message.content


def test_the_trace_shows_the_whole_dialogue_of_a_recipient(alice: Person, routed: Peer, send: Send) -> None:
    outbound = send("bob@hamburger.test", "dan@hamburger.test")
    attempt.deliver("hamburger.test")
    bob, dan = trace.trace(alice.account.pk, outbound.sent_message_id or 0)
    assert bob.last
    assert (bob.state, bob.last.host, bob.last.ip, bob.last.code) == (
        "delivered",
        "127.0.0.1",
        "127.0.0.1",
        250,
    )
    said = [f"{side}: {text}" for _, side, text in bob.last.transcript]
    assert said[0].startswith("*: mail for hamburger.test goes to 127.0.0.1")
    assert "C: RCPT TO:<bob@hamburger.test>" in said
    assert "C: RCPT TO:<dan@hamburger.test>" not in said
    assert said[-2:] == ["C: QUIT", "S: 221 bye"]
    assert dan.last
    assert trace.trace(alice.account.pk + 1, outbound.sent_message_id or 0) == []


def test_all_that_is_due_goes_over_one_connection(
    routed: Peer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "CLAIM_ROWS", 4)
    for _ in range(10):
        send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    assert len(routed.messages) == 10
    assert routed.connection_count == 1
    assert set(OutboundRecipient.objects.values_list("state", flat=True)) == {"delivered"}


def test_each_recipient_has_its_own_fate(alice: Person, routed: Peer, send: Send) -> None:
    routed.answers = {
        "RCPT TO:<nobody@hamburger.test>": "550 5.1.1 no such user",
        "RCPT TO:<later@hamburger.test>": "450 4.2.0 greylisted",
    }
    modseq = alice.account.modseq
    send("nobody@hamburger.test", "later@hamburger.test", "bob@hamburger.test")
    attempt.deliver("hamburger.test")
    assert states() == {
        "nobody@hamburger.test": "failed",
        "later@hamburger.test": "waiting",
        "bob@hamburger.test": "delivered",
    }
    alice.account.refresh_from_db()
    # Submitted, claimed, recorded: each is told to the open pages.
    assert alice.account.modseq == modseq + 3
    assert set(OutboundRecipient.objects.values_list("modseq", flat=True)) == {alice.account.modseq}
    [report] = inbox(alice)
    assert "nobody@hamburger.test" in text_of(alice, report)
    assert "later@hamburger.test" not in text_of(alice, report).partition("message/rfc822")[0]


def test_a_failure_is_said_in_plain_words_first(alice: Person, routed: Peer, send: Send) -> None:
    routed.answers = {"RCPT": "550 5.1.1 <nobody@hamburger.test>: Recipient address rejected"}
    outbound = send("nobody@hamburger.test")
    attempt.deliver("hamburger.test")
    [report] = inbox(alice)
    assert report.preview.startswith("The address nobody@hamburger.test is unknown at hamburger.test.")
    assert report.subject == "[Not delivered] Lunch?"
    sent = Message.objects.get(pk=outbound.sent_message_id)
    assert report.thread_id == sent.thread_id
    text = text_of(alice, report)
    assert text.startswith("Return-Path: <>\r\n")
    for part in (
        "Recipient: nobody@hamburger.test",
        "Server: 127.0.0.1 [127.0.0.1]",
        "Code: 550 5.1.1",
        "Recipient address rejected",
        "Attempts: 1 attempt",
        "Final-Recipient: rfc822; nobody@hamburger.test",
        "Action: failed",
        "Status: 5.1.1",
        "Subject: Lunch?",
    ):
        assert part in text


def test_a_report_speaks_the_senders_language(alice: Person, routed: Peer, send: Send) -> None:
    alice.user.language = "zh-hans"
    alice.user.save()
    routed.answers = {"RCPT": "550 5.1.1 unknown"}
    send("nobody@hamburger.test")
    attempt.deliver("hamburger.test")
    with translation.override("zh-hans"):
        first = gettext("The address %(address)s is unknown at %(domain)s.")
    said = first % {"address": "nobody@hamburger.test", "domain": "hamburger.test"}
    assert inbox(alice)[0].preview.startswith(said)


def test_nothing_is_reported_about_the_null_sender(alice: Person, routed: Peer, send: Send) -> None:
    routed.answers = {"RCPT": "550 5.1.1 unknown"}
    send("nobody@hamburger.test")
    OutboundMessage.objects.update(mail_from="")
    attempt.deliver("hamburger.test")
    assert states() == {"nobody@hamburger.test": "failed"}
    assert inbox(alice) == []


def test_a_peer_that_is_down_is_waited_for_with_its_reason(
    alice: Person, send: Send, settings: Settings
) -> None:
    peer = Peer()
    with peer:
        settings.MAIL_ROUTES = f"hamburger.test=127.0.0.1:{peer.port}"
    outbound = send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    [bob] = trace.trace(alice.account.pk, outbound.sent_message_id or 0)
    assert bob.state == "waiting"
    assert bob.last
    assert "Connection refused" in bob.last.text
    assert bob.next_attempt_at
    assert timedelta(seconds=260) < bob.next_attempt_at - timezone.now() < timedelta(seconds=340)
    assert inbox(alice) == []


def test_a_dead_host_is_dialled_once_for_all_its_letters(routed: Peer, send: Send) -> None:
    routed.answers = {"banner": Drop()}
    for _ in range(5):
        send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    assert routed.connection_count == 1
    assert DeliveryAttempt.objects.filter(finished_at__isnull=False).count() == 5


def test_a_task_that_comes_five_times_sends_once(routed: Peer, send: Send) -> None:
    send("bob@hamburger.test")
    for _ in range(5):
        attempt.deliver("hamburger.test")
    assert len(routed.messages) == 1
    assert DeliveryAttempt.objects.count() == 1


def test_a_greylisted_letter_goes_the_second_time(routed: Peer, send: Send) -> None:
    routed.answers = {"RCPT": ["450 4.7.1 greylisted"]}
    send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    assert states() == {"bob@hamburger.test": "waiting"}
    routed.answers = {}
    attempt.deliver("hamburger.test")
    assert routed.messages == []
    make_due()
    attempt.deliver("hamburger.test")
    assert states() == {"bob@hamburger.test": "delivered"}
    assert list(DeliveryAttempt.objects.order_by("pk").values_list("code", flat=True)) == [450, 250]


def test_after_a_drop_amid_the_content_the_others_go_on_a_new_connection(routed: Peer, send: Send) -> None:
    routed.connections = [{"content": Drop()}, {}]
    send("bob@hamburger.test")
    send("dan@hamburger.test")
    attempt.deliver("hamburger.test")
    assert states() == {"bob@hamburger.test": "waiting", "dan@hamburger.test": "delivered"}
    assert routed.connection_count == 2


def test_hope_ends_with_a_report(alice: Person, routed: Peer, send: Send) -> None:
    routed.answers = {"RCPT": "450 4.2.0 try later"}
    send("bob@hamburger.test")
    past = timezone.now() - timedelta(days=5, seconds=1)
    OutboundMessage.objects.update(created_at=past, expires_at=past + timedelta(days=5))
    attempt.deliver("hamburger.test")
    assert states() == {"bob@hamburger.test": "failed"}
    [report] = inbox(alice)
    assert report.preview.startswith(
        "The message to bob@hamburger.test could not be delivered within 5 days."
    )
    assert "Status: 5.4.7" in text_of(alice, report)
    assert "Diagnostic-Code: smtp; 450 4.2.0 try later" in text_of(alice, report)


def test_a_delay_is_told_once(alice: Person, routed: Peer, send: Send) -> None:
    routed.answers = {"RCPT": "450 4.2.0 try later"}
    send("bob@hamburger.test")
    OutboundMessage.objects.update(created_at=timezone.now() - timedelta(hours=4, seconds=1))
    for _ in range(2):
        make_due()
        attempt.deliver("hamburger.test")
    [report] = inbox(alice)
    assert report.subject == "[Delayed] Lunch?"
    assert report.preview.startswith("The message to bob@hamburger.test has been waiting for 4 hours")
    assert "Action: delayed" in text_of(alice, report)
    assert "Will-Retry-Until:" in text_of(alice, report)


def test_a_clock_a_day_ahead_bounces_nobody(alice: Person, routed: Peer, send: Send) -> None:
    routed.answers = {"RCPT": "450 4.2.0 try later"}
    send("bob@hamburger.test")
    OutboundMessage.objects.update(created_at=timezone.now() - timedelta(days=1))
    attempt.deliver("hamburger.test")
    assert states() == {"bob@hamburger.test": "waiting"}


@pytest.mark.parametrize(
    ("records", "word"),
    [
        ({}, "There is no mail server for nowhere.test."),
        ({"nowhere.test": {"MX": ["0 ."]}}, "nowhere.test does not accept any mail."),
        ({"nowhere.test": "SERVFAIL"}, ""),
    ],
)
def test_what_the_dns_says(
    alice: Person,
    send: Send,
    settings: Settings,
    records: dict[str, dict[str, list[str]] | str],
    word: str,
) -> None:
    with Names(records) as names:
        settings.DNS_RESOLVER = names.server
        send("bob@nowhere.test")
        attempt.deliver("nowhere.test")
    assert states() == {"bob@nowhere.test": "failed" if word else "waiting"}
    assert [report.preview.startswith(word) for report in inbox(alice)] == [True] * bool(word)


def test_our_own_people_get_it_without_smtp(alice: Person, carol: Person, send: Send) -> None:
    send("carol@crepes.test", "nobody@crepes.test")
    attempt.deliver("crepes.test")
    assert states() == {"carol@crepes.test": "delivered", "nobody@crepes.test": "failed"}
    [message] = inbox(carol)
    text = text_of(carol, message)
    assert text.startswith("Return-Path: <alice@crepes.test>\r\n")
    assert "Received: by mx.crepes.test" in text
    [report] = inbox(alice)
    assert report.preview.startswith("The address nobody@crepes.test is unknown at crepes.test.")


def test_a_letter_to_oneself_arrives(alice: Person, send: Send) -> None:
    send("alice@crepes.test")
    attempt.deliver("crepes.test")
    assert len(inbox(alice)) == 1


def test_a_letter_that_always_raises_does_not_keep_the_others(
    routed: Peer, send: Send, log_watch: LogWatch
) -> None:
    log_watch.expect("could not be handed over")
    broken = send("bob@hamburger.test", subject="broken")
    send("dan@hamburger.test")
    BlobChunk.objects.filter(blob_id=broken.blob_id).update(data=b"no zlib", codec=1)
    attempt.deliver("hamburger.test")
    assert states() == {"bob@hamburger.test": "waiting", "dan@hamburger.test": "delivered"}


def test_a_long_letter_goes_to_the_byte_without_being_held_in_memory(
    routed: Peer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "_GROUP_BYTES", 1000)
    outbound = send("bob@hamburger.test", text=".\nZwölf Boxkämpfer\n" * 500)
    send("bob@hamburger.test")
    attempt.deliver("hamburger.test")
    long, short = routed.messages
    assert long.content == bytes(outbound.prefix) + blobs.read(outbound.blob_id)
    assert len(long.content) > 9000 > len(short.content)
