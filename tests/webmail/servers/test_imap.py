"""From a mail program to the store and back."""

import imaplib
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import connection
from django.utils import timezone

from mailserver.imap.server import Server
from mailserver.smtp.envelope import Envelope, Peer
from tests.logs import LogWatch
from tests.mail import arrive, do, letter
from tests.mailserver.imap.memory import RawClient
from tests.mailserver.running import Running
from tests.mailserver.scram import scram
from tests.people import PASSWORD, Person
from webmail.delivery import hand_in, submit
from webmail.models import Account, Door, ExpungedMessage, LogIn, MailboxMessage, Message, Outcome
from webmail.servers import imap_search
from webmail.store import app_passwords, mailboxes, queries

from .conftest import raw_client


@pytest.fixture
def client(imap: Running[Server], alice: Person) -> Iterator[imaplib.IMAP4]:
    program = imaplib.IMAP4(*imap.address, timeout=20)
    program.login(alice.address, PASSWORD)
    yield program
    with suppress(imaplib.IMAP4.error, OSError):
        program.logout()


def _ok(answer: tuple[str, list[object]]) -> list[object]:
    assert answer[0] == "OK", answer
    return answer[1]


def test_a_message_is_read_to_the_byte(client: imaplib.IMAP4, alice: Person) -> None:
    raw = letter("Ünïcode", "Grüße") + b"\xff\x00tail"
    arrive(alice.account.pk, raw, prefix=b"Return-Path: <bob@hamburger.test>\r\n")
    _ok(client.select("INBOX"))
    [found, _] = _ok(client.uid("FETCH", "1", "(BODY[] RFC822.SIZE)"))  # type: ignore[arg-type]
    assert isinstance(found, tuple)
    assert found[1] == b"Return-Path: <bob@hamburger.test>\r\n" + raw
    [_, (_, start), _] = [None, *_ok(client.fetch("1", "(BODY[HEADER.FIELDS (RETURN-PATH)])"))]  # type: ignore[misc]
    assert start == b"Return-Path: <bob@hamburger.test>\r\n\r\n"
    [(_, piece), _] = _ok(client.fetch("1", "(BODY[]<30.20>)"))  # type: ignore[misc]
    assert piece == (b"Return-Path: <bob@hamburger.test>\r\n" + raw)[30:50]
    assert MailboxMessage.objects.get().seen


def test_what_is_done_there_is_seen_on_the_web(client: imaplib.IMAP4, alice: Person) -> None:
    first = arrive(alice.account.pk, letter("One"))
    arrive(alice.account.pk, letter("Two", number=2))
    _ok(client.select("INBOX"))
    _ok(client.store("1", "+FLAGS", "(\\Flagged $Todo)"))
    _ok(client.store("2", "FLAGS", "(\\Seen)"))
    [row] = MailboxMessage.objects.filter(message_id=first.message_id)
    assert (row.flagged, row.keywords, row.seen) == (True, " $Todo ", False)
    _ok(client.create("Work/Plans"))
    _ok(client.copy("1", "Work/Plans"))
    paths = MailboxMessage.objects.filter(message_id=first.message_id).values_list("mailbox__path", flat=True)
    assert set(paths) == {"Inbox", "Work/Plans"}
    _ok(client.store("1", "+FLAGS", "(\\Deleted)"))
    assert _ok(client.expunge()) == [b"1"]
    assert MailboxMessage.objects.get(message_id=first.message_id).mailbox.path == "Work/Plans"
    assert ExpungedMessage.objects.get().uid == 1


def test_what_the_web_does_is_told(imap: Running[Server], client: imaplib.IMAP4, alice: Person) -> None:
    sent = arrive(alice.account.pk, letter("One"))
    raw = raw_client(imap)
    raw.ask("SELECT INBOX")
    raw.send(b"i IDLE\r\n")
    assert raw.line() == "+ idling"
    do("star", alice.account.pk, [sent.thread_id])
    assert raw.line() == "* 1 FETCH (UID 1 FLAGS (\\Recent \\Flagged))"
    arrive(alice.account.pk, letter("Two", number=2))
    assert [raw.line(), raw.line()] == ["* 2 EXISTS", "* 2 RECENT"]
    do("archive", alice.account.pk, [sent.thread_id])
    assert raw.line() == "* 1 EXPUNGE"
    raw.send(b"DONE\r\n")
    assert raw.line() == "i OK IDLE completed"
    raw.close()


def test_append_goes_through_the_one_door(client: imaplib.IMAP4, alice: Person) -> None:
    raw = letter("A draft")
    typ, [said] = client.append("Drafts", "(\\Draft \\Seen)", '" 1-Feb-2026 12:00:00 +0000"', raw)
    assert (typ, said.split(b"]")[0]) == ("OK", b"[APPENDUID 2 1")
    row = MailboxMessage.objects.get()
    assert (row.draft, row.seen, row.mailbox.role) == (True, True, "drafts")
    assert row.received_at.isoformat() == "2026-02-01T12:00:00+00:00"
    assert queries.raw(alice.account.pk, row.message_id) == raw
    assert Message.objects.get().subject == "A draft"


def test_a_programs_own_copy_of_what_it_handed_in_is_there_already(
    client: imaplib.IMAP4, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submit, "kick", lambda _domains: None)
    raw = b"From: alice@crepes.test\r\nTo: bob@hamburger.test\r\nMessage-ID: <1@laptop>\r\n\r\nHi\r\n"
    handed = Envelope(Peer("127.0.0.1", 1), alice.address, ("bob@hamburger.test",), raw, timezone.now())
    hand_in.send(hand_in.read(handed), alice.account.pk, b"")
    typ, [said] = client.append("Sent", "(\\Seen)", None, b"X-Program: kept\r\n" + raw)  # type: ignore[arg-type]
    assert (typ, said.split(b"]")[0].split()[-1]) == ("OK", b"1")
    standing = MailboxMessage.objects.filter(mailbox__role="sent")
    assert standing.count() == Message.objects.count() == 1
    # What was not sent from here is another message.
    arrive(alice.account.pk, letter("Old", number=7), role="sent")
    assert client.append("Sent", "(\\Seen)", None, letter("Old", number=7))[0] == "OK"  # type: ignore[arg-type]
    assert standing.count() == 3


def test_what_no_literal_may_hold_is_encoded(
    client: imaplib.IMAP4, imap: Running[Server], alice: Person
) -> None:
    octets = b"\x00\x80-\r\n"
    raw = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n" + octets
    program = raw_client(imap)
    program.send(b"a APPEND INBOX ~{%d+}\r\n%b\r\n" % (len(raw), raw))
    assert program.line().startswith("a OK")
    program.ask("SELECT INBOX")
    assert program.ask("FETCH 1 (BODY.PEEK[1] BINARY.SIZE[1])")[:2] == [
        "* 1 FETCH (BODY[1] {8}",
        f"AIAtDQo= BINARY.SIZE[1] {len(octets)})",
    ]
    program.close()


def test_a_full_account_takes_nothing(imap: Running[Server], alice: Person) -> None:
    raw = raw_client(imap)
    Account.objects.filter(pk=alice.account.pk).update(quota_bytes=100)
    assert raw.ask("APPEND INBOX {101}")[-1].startswith("NO [OVERQUOTA]")
    assert raw.ask("APPEND Elsewhere {10}")[-1].startswith("NO [TRYCREATE]")
    raw.close()


def test_move_and_its_uids(client: imaplib.IMAP4, imap: Running[Server], alice: Person) -> None:
    for number in range(3):
        arrive(alice.account.pk, letter(f"Letter {number}", number=number))
    raw = raw_client(imap)
    raw.ask("SELECT INBOX")
    assert raw.ask("UID MOVE 1,3 Trash") == [
        "* OK [COPYUID 6 1,3 1:2] Moved",
        "* 1 EXPUNGE",
        "* 2 EXPUNGE",
        "OK UID MOVE completed",
    ]
    assert raw.ask("UID MOVE 2 Nowhere")[-1].startswith("NO [TRYCREATE]")
    assert raw.ask("UID MOVE 2 Snoozed")[-1].startswith("NO [CANNOT]")
    # A label is given once.
    assert raw.ask("UID COPY 2 Trash")[-1].startswith("OK [COPYUID 6 2 3]")
    assert raw.ask("UID COPY 2 Trash")[-1].startswith("OK [COPYUID 6 2 3]")
    raw.close()


def test_searches(imap: Running[Server], alice: Person) -> None:
    arrive(alice.account.pk, letter("Grüße", "Der Teig ruht."), minute=0)
    arrive(
        alice.account.pk,
        letter("Plans", "The dough rests.", number=2, sender="Ann <ann@there.test>"),
        minute=1,
    )
    arrive(alice.account.pk, letter("Re: plans", "x" * 3000, number=3), flags=frozenset({"\\Seen", "$Todo"}))
    raw = raw_client(imap)
    raw.ask("SELECT INBOX")
    found = {
        "ALL": "1 2 3",
        "UNSEEN": "1 2",
        "SUBJECT plans": "2 3",
        "SUBJECT GRÜSSE": "1",
        "NOT SUBJECT plans": "1",
        "FROM ann@there": "2",
        "FROM hamburger": "1 3",
        "TO alice BODY dough": "2",
        "TEXT teig": "1",
        "BODY Subject": "",
        "KEYWORD $todo": "3",
        "UNKEYWORD $todo": "1 2",
        "LARGER 3000": "3",
        "OR FROM ann LARGER 3000": "2 3",
        "NOT (OR FROM ann LARGER 3000)": "1",
        "ON 22-Nov-2026": "1 2 3",
        "SENTBEFORE 22-Nov-2026": "",
        "SENTON 22-Nov-2026 SENTSINCE 1-Jan-2026": "1 2 3",
        "HEADER Message-ID <2@hamburger": "2",
        "UID 2:*": "2 3",
        "1,3 UNSEEN": "1",
        "HEADER X-None \"\"": "",
    }  # fmt: skip
    said = {keys: _found(raw, keys) for keys in found}
    assert said == found
    raw.close()


def test_of_very_many_the_index_tells(
    imap: Running[Server], alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_search, "MOST_READ", 1)
    arrive(alice.account.pk, letter("One", "The dough rests overnight."))
    arrive(alice.account.pk, letter("Two", "Nothing rests.", number=2))
    raw = raw_client(imap)
    raw.ask("SELECT INBOX")
    said = {text: _found(raw, f'TEXT "{text}"') for text in ("dough rests", "over", "night", "rests", "?!")}
    # By words and their beginnings: "night" begins none.
    assert said == {"dough rests": "1", "over": "1", "night": "", "rests": "1 2", "?!": ""}
    raw.close()


def _found(raw: RawClient, keys: str) -> str:
    """What SEARCH finds; what is not ASCII goes as a literal."""
    if not keys.isascii():
        word, _, text = keys.partition(" ")
        octets = text.encode()
        raw.send(b"s SEARCH %b {%d+}\r\n%b\r\n" % (word.encode(), len(octets), octets))
        line = raw.line()
        assert raw.line() == "s OK SEARCH completed"
        return line.removeprefix("* SEARCH").strip()
    return raw.ask(f"SEARCH {keys}")[0].removeprefix("* SEARCH").strip()


def test_mailboxes_are_the_labels(imap: Running[Server], alice: Person) -> None:
    raw = raw_client(imap)
    assert raw.ask("CREATE INBOX")[-1].startswith("NO [ALREADYEXISTS]")
    assert raw.ask("CREATE &Zi9ufA-/Sub")[-1].startswith("OK")
    assert set(alice.account.mailboxes.values_list("path", flat=True)) >= {"是湼", "是湼/Sub"}
    assert raw.ask("CREATE &Zi9ufA-")[-1].startswith("NO [ALREADYEXISTS]")
    assert raw.ask("DELETE Trash")[-1].startswith("NO [CANNOT]")
    assert raw.ask("RENAME &Zi9ufA- Tea")[-1].startswith("OK")
    assert raw.ask('LIST "" Tea*') == [
        '* LIST (\\HasChildren) "/" Tea',
        '* LIST (\\HasNoChildren) "/" Tea/Sub',
        "OK LIST completed",
    ]
    assert raw.ask("UNSUBSCRIBE Trash")[-1].startswith("OK")
    assert '* LSUB () "/" Trash' not in raw.ask('LSUB "" *')
    raw.ask("SELECT Tea")
    mailboxes.delete(alice.account.pk, alice.account.mailboxes.get(path="Tea").pk)
    assert raw.ask("NOOP") == ["* BYE The mailbox was deleted", ""]
    raw.close()


def test_who_is_let_in(imap: Running[Server], alice: Person) -> None:
    word = app_passwords.create(alice.user, "Phone", [Door.IMAP])
    wrong = app_passwords.create(alice.user, "Printer", [Door.SMTP])
    raw = RawClient(imap.connect())
    raw.line()
    raw.ask('ID ("name" "Thunderbird" "version" "128")')
    assert raw.ask('LOGIN alice@crepes.test "nonsense"')[-1].startswith("NO [AUTHENTICATIONFAILED]")
    assert raw.ask('LOGIN nobody@crepes.test "nonsense"')[-1].startswith("NO [AUTHENTICATIONFAILED]")
    assert raw.ask(f'LOGIN alice@crepes.test "{wrong}"')[-1].startswith("NO [AUTHENTICATIONFAILED]")
    assert raw.ask(f'LOGIN Alice@Crepes.test "{word}"')[-1].startswith("OK")
    raw.close()
    outcomes = LogIn.objects.filter(user=alice.user).values_list("outcome", "program", "app_password")
    assert set(outcomes) == {
        (Outcome.WRONG, "Thunderbird 128", ""),
        (Outcome.WRONG_SCOPE, "Thunderbird 128", "Printer"),
        (Outcome.ACCEPTED, "Thunderbird 128", "Phone"),
    }


def test_by_scram_app_passwords_open(imap: Running[Server], alice: Person) -> None:
    word = app_passwords.create(alice.user, "Phone", [Door.IMAP])
    raw = RawClient(imap.connect())
    raw.line()
    for wrong in (PASSWORD, "nonsense"):
        [_, refusal] = scram(raw, alice.address, wrong, at_once=True)
        assert refusal.startswith("s NO [AUTHENTICATIONFAILED] Name or app password is wrong; by SCRAM")
    assert scram(raw, alice.address, word, at_once=True)[-1].startswith("s OK")
    assert raw.ask("SELECT INBOX")[-1].startswith("OK")
    raw.close()


def test_guesses_are_limited(imap: Running[Server], alice: Person) -> None:
    answers: list[str] = []
    for _ in range(4):
        raw = RawClient(imap.connect())
        raw.line()
        answers += [raw.ask('LOGIN alice@crepes.test "nonsense"')[-1] for _ in range(3)]
        raw.close()
    assert answers[-1].startswith("NO [LIMIT]")
    assert sum(answer.startswith("NO [AUTHENTICATIONFAILED]") for answer in answers) == 10


def test_a_database_that_fails_is_our_trouble(
    imap: Running[Server], alice: Person, log_watch: LogWatch
) -> None:
    log_watch.expect("The database does not answer IMAP")
    raw = raw_client(imap)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE webmail_mailbox RENAME TO webmail_mailbox_away")
    try:
        assert raw.ask("SELECT INBOX") == ["NO [UNAVAILABLE] Local trouble, try again later"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE webmail_mailbox_away RENAME TO webmail_mailbox")
    assert raw.ask("SELECT INBOX")[-1].startswith("OK")
    raw.close()
