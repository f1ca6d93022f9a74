"""What goes beyond IMAP4rev1, on the store."""

from collections.abc import Iterator

import pytest

from mailserver.imap.server import Server
from tests.mail import arrive, do, letter
from tests.mailserver.imap.memory import RawClient
from tests.mailserver.running import Running
from tests.people import Person
from webmail.models import MailboxMessage
from webmail.store import queries

from .conftest import raw_client


@pytest.fixture
def raw(imap: Running[Server], alice: Person) -> Iterator[RawClient]:
    client = raw_client(imap)
    yield client
    client.close()


def _append(raw: RawClient, path: str, octets: bytes) -> str:
    raw.send(b"a APPEND %b (\\Draft) {%d+}\r\n%b\r\n" % (path.encode(), len(octets), octets))
    while not (line := raw.line()).startswith("a "):
        pass
    return line


def test_a_letter_is_put_together(raw: RawClient, alice: Person) -> None:
    octets = letter("One", "The dough rests.")
    arrive(alice.account.pk, octets, prefix=b"Return-Path: <bob@hamburger.test>\r\n")
    said = raw.ask('APPEND Drafts (\\Draft) CATENATE (URL "/INBOX/;UID=1")')[-1]
    assert said.startswith("OK [APPENDUID 2 1]")
    key = MailboxMessage.objects.get(mailbox__role="drafts").message_id
    assert queries.raw(alice.account.pk, key) == b"Return-Path: <bob@hamburger.test>\r\n" + octets
    assert raw.ask('APPEND Nowhere CATENATE (URL "/INBOX/;UID=1")')[-1].startswith("NO [TRYCREATE]")
    assert raw.ask('APPEND Drafts CATENATE (URL "/INBOX/;UID=9")')[-1].startswith("NO [BADURL ")


def test_a_draft_is_replaced(raw: RawClient, alice: Person) -> None:
    assert _append(raw, "Drafts", letter("First")).startswith("a OK")
    raw.ask("SELECT Drafts")
    new = letter("Second")
    raw.send(b"r REPLACE 1 Drafts (\\Draft) {%d+}\r\n%b\r\n" % (len(new), new))
    lines = [raw.line() for _ in range(5)]
    assert lines[:2] == ["* OK [APPENDUID 2 2] It stands there", "* 1 EXPUNGE"]
    assert lines[-1] == "r OK REPLACE completed"
    assert MailboxMessage.objects.get().message.subject == "Second"
    # Of what is refused nothing is left, and the old one stays.
    raw.send(b"r UID REPLACE 9 Drafts {%d+}\r\n%b\r\n" % (len(new), new))
    assert raw.line().startswith("r NO [NONEXISTENT]")
    assert MailboxMessage.objects.get().uid == 2


def test_what_the_web_does_elsewhere_is_told(raw: RawClient, alice: Person) -> None:
    sent = arrive(alice.account.pk, letter("One"))
    raw.ask("SELECT Trash")
    elsewhere = "(personal (MessageNew MessageExpunge FlagChange MailboxName))"
    here = "(selected (MessageNew MessageExpunge))"
    assert raw.ask(f"NOTIFY SET {elsewhere} {here}") == ["OK NOTIFY completed"]
    do("archive", alice.account.pk, [sent.thread_id])
    said = {raw.line().partition(" HIGHESTMODSEQ")[0] for _ in range(2)}
    assert said == {
        "* STATUS INBOX (MESSAGES 0 UIDNEXT 2 UIDVALIDITY 1 UNSEEN 0",
        "* STATUS Archive (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 4 UNSEEN 1",
    }
    do("trash", alice.account.pk, [sent.thread_id])
    lines = [raw.line() for _ in range(3)]
    assert "* 1 EXISTS" in lines


def test_a_search_goes_on(raw: RawClient, alice: Person) -> None:
    first = arrive(alice.account.pk, letter("One", "The dough rests."))
    raw.ask("SELECT INBOX")
    raw.send(b"s SEARCH RETURN (UPDATE COUNT) BODY dough FLAGGED\r\n")
    assert [raw.line(), raw.line()] == ['* ESEARCH (TAG "s") COUNT 0', "s OK SEARCH completed"]
    do("star", alice.account.pk, [first.thread_id])
    arrive(alice.account.pk, letter("Two", "No d'oh.", number=2), flags=frozenset({"\\Flagged"}))
    assert raw.ask("NOOP")[-2] == '* ESEARCH (TAG "s") ADDTO (0 1)'
    do("trash", alice.account.pk, [first.thread_id])
    assert raw.ask("NOOP")[:2] == ['* ESEARCH (TAG "s") REMOVEFROM (0 1)', "* 1 EXPUNGE"]
