"""The Outbox in a mail program: what is owed to somebody stands there, and deleting it there cancels."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from mailserver.imap.server import Server
from tests.mailserver.imap.memory import RawClient
from tests.mailserver.running import Running
from tests.peer import Peer
from tests.people import Person
from tests.webmail.delivery.conftest import draft_to
from webmail.delivery import attempt, claims, queue, resend, submit
from webmail.models import Mailbox, MailboxMessage, OutboundMessage, OutboundRecipient
from webmail.store import conversations

from .conftest import raw_client

TWO = ("bob@hamburger.test", "nobody@hamburger.test")
LATER = {"RCPT TO:<nobody@hamburger.test>": "450 4.2.0 greylisted"}


@pytest.fixture
def peer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    monkeypatch.setattr(submit, "kick", lambda _domains: None)
    settings.MAIL_HOSTNAME = "mx.crepes.test"
    settings.RETRY_SCHEDULE = [300]
    with Peer() as running:
        settings.MAIL_ROUTES = f"hamburger.test=127.0.0.1:{running.port}"
        yield running


def send(person: Person, *to: str, hold_seconds: int = 0) -> OutboundMessage:
    key = f"key-{OutboundMessage.objects.count()}"
    draft = draft_to(*(to or TWO))
    return submit.submit(person.account.pk, draft, submission_key=key, hold_seconds=hold_seconds)


@pytest.fixture
def sent(peer: Peer, alice: Person) -> OutboundMessage:
    return send(alice)


@pytest.fixture
def raw(imap: Running[Server], alice: Person, sent: OutboundMessage) -> Iterator[RawClient]:
    client = raw_client(imap)
    assert '* LIST (\\HasNoChildren) "/" Outbox' in client.ask('LIST "" *')
    client.ask("ENABLE QRESYNC")
    assert "* 1 EXISTS" in client.ask("SELECT Outbox")
    yield client
    client.close()


def stands_in() -> list[str]:
    return sorted(MailboxMessage.objects.values_list("mailbox__role", flat=True))


def states() -> list[str]:
    return list(OutboundRecipient.objects.order_by("address").values_list("state", flat=True))


def test_what_is_delivered_leaves_it(raw: RawClient, peer: Peer) -> None:
    attempt.deliver("hamburger.test")
    assert raw.ask("NOOP") == ["* VANISHED 1", "OK NOOP completed"]
    assert stands_in() == ["sent"]


def test_what_waits_for_another_try_stays_as_it_is(raw: RawClient, peer: Peer) -> None:
    peer.answers = LATER
    attempt.deliver("hamburger.test")
    assert raw.ask("NOOP") == ["OK NOOP completed"]
    assert (stands_in(), states()) == (["outbox", "sent"], ["delivered", "waiting"])
    peer.answers = {}
    OutboundRecipient.objects.filter(state="waiting").update(next_attempt_at=timezone.now())
    attempt.deliver("hamburger.test")
    assert "* VANISHED 1" in raw.ask("NOOP")


def test_a_program_that_waits_is_told(raw: RawClient, alice: Person) -> None:
    raw.send(b"a IDLE\r\n")
    assert raw.line().startswith("+")
    send(alice, "carol@else.test", hold_seconds=10)
    assert raw.line() == "* 2 EXISTS"
    raw.line()
    attempt.deliver("hamburger.test")
    assert raw.line() == "* VANISHED 1"
    raw.send(b"DONE\r\n")
    assert raw.line().startswith("a OK")


def test_what_failed_leaves_it_and_enters_when_it_is_sent_again(
    raw: RawClient, peer: Peer, alice: Person
) -> None:
    peer.answers = {"RCPT TO:<nobody@hamburger.test>": "550 5.1.1 no such user"}
    attempt.deliver("hamburger.test")
    assert "* VANISHED 1" in raw.ask("NOOP")
    failed = OutboundRecipient.objects.get(state="failed")
    resend.resend(alice.account.pk, failed.pk, "somebody@hamburger.test")
    assert "* 1 EXISTS" in raw.ask("NOOP")
    attempt.deliver("hamburger.test")
    assert "* VANISHED 2" in raw.ask("NOOP")


def test_what_was_missed_is_told_on_the_next_visit(
    raw: RawClient, imap: Running[Server], peer: Peer, alice: Person
) -> None:
    box = Mailbox.objects.get(role="outbox")
    attempt.deliver("hamburger.test")
    send(alice, "carol@else.test")
    again = raw_client(imap)
    again.ask("ENABLE QRESYNC")
    lines = again.ask(f"SELECT Outbox (QRESYNC ({box.uid_validity} {box.highest_modseq} 1))")
    assert {"* 1 EXISTS", "* VANISHED (EARLIER) 1"} <= set(lines)
    assert again.ask("UID SEARCH ALL")[0] == "* SEARCH 2"
    again.close()


def test_what_is_deleted_is_not_sent(raw: RawClient) -> None:
    raw.ask("STORE 1 +FLAGS (\\Deleted)")
    assert raw.ask("EXPUNGE")[0] == "* VANISHED 1"
    assert (stands_in(), states()) == (["drafts"], ["cancelled", "cancelled"])
    assert claims.due(timezone.now() + timedelta(days=1))[0] == {}


def test_to_trash_and_nowhere_else(raw: RawClient, alice: Person) -> None:
    assert raw.ask("MOVE 1 INBOX")[-1].startswith("NO [CANNOT] A letter that waits")
    assert states() == ["waiting", "waiting"]
    lines = raw.ask("MOVE 1 Trash")
    assert lines[0].startswith("* OK [COPYUID ")
    assert "* VANISHED 1" in lines
    assert (stands_in(), states()) == (["trash"], ["cancelled", "cancelled"])
    keys = list(MailboxMessage.objects.values_list("message_id", flat=True))
    conversations.restore(alice.account.pk, keys)
    assert stands_in() == ["drafts"]


def test_what_was_tried_and_nobody_has_is_a_draft_again(raw: RawClient, peer: Peer) -> None:
    peer.answers = {"RCPT": "450 4.2.0 greylisted"}
    attempt.deliver("hamburger.test")
    assert raw.ask("MOVE 1 Drafts")[0].startswith("* OK [COPYUID ")
    assert (stands_in(), states()) == (["drafts"], ["cancelled", "cancelled"])


def test_of_what_somebody_has_the_rest_is_cancelled(raw: RawClient, peer: Peer) -> None:
    peer.answers = LATER
    attempt.deliver("hamburger.test")
    raw.ask("STORE 1 +FLAGS (\\Deleted)")
    assert raw.ask("EXPUNGE") == [
        "NO [INUSE] Too late: bob@hamburger.test has it already; cancelled for nobody@hamburger.test"
    ]
    assert "* VANISHED 1" in raw.ask("NOOP")
    assert (stands_in(), states()) == (["sent"], ["delivered", "cancelled"])


def test_what_a_worker_has_goes_on(raw: RawClient) -> None:
    assert claims.claim_due("hamburger.test", timezone.now()) is not None
    said = raw.ask("MOVE 1 Trash")[-1]
    assert said.startswith("NO [INUSE] Too late: it is being handed to hamburger.test for bob@hamburger.test")
    assert (stands_in(), states()) == (["outbox", "sent"], ["sending", "sending"])


def test_nothing_is_put_in_or_replaced_there(raw: RawClient) -> None:
    assert raw.ask("COPY 1 Outbox")[-1].startswith("NO [CANNOT]")
    assert raw.ask("REPLACE 1 Drafts {3+}\r\nabc")[-1].startswith("NO")
    assert states() == ["waiting", "waiting"]


def test_cancelled_on_the_web_it_leaves(raw: RawClient, alice: Person, sent: OutboundMessage) -> None:
    queue.cancel(alice.account.pk, sent.pk)
    assert "* VANISHED 1" in raw.ask("NOOP")
    second = send(alice, hold_seconds=10)
    assert "* 1 EXISTS" in raw.ask("NOOP")
    submit.undo(alice.account.pk, second.pk)
    assert "* VANISHED 2" in raw.ask("NOOP")
    assert stands_in() == ["drafts", "sent"]


def test_thrown_away_on_the_web_it_still_waits(raw: RawClient, alice: Person, sent: OutboundMessage) -> None:
    keys = [sent.sent_message_id or 0]
    conversations.trash(alice.account.pk, keys)
    assert stands_in() == ["outbox", "trash"]
    conversations.restore(alice.account.pk, keys)
    assert stands_in() == ["outbox", "sent"]
    conversations.trash(alice.account.pk, keys)
    conversations.delete_forever(alice.account.pk, keys)
    assert raw.ask("NOOP") == ["OK NOOP completed"]
    attempt.deliver("hamburger.test")
    assert "* VANISHED 1" in raw.ask("NOOP")
