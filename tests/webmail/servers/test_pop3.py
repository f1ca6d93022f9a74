"""From a program that fetches mail to the store and back."""

import poplib
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from mailserver.pop3.server import Server
from tests.logs import LogWatch
from tests.mail import arrive, do, letter
from tests.mailserver.pop3.memory import RawClient
from tests.mailserver.running import Running, serving
from tests.mailserver.scram import scram
from tests.people import PASSWORD, Person, make_person
from webmail.models import (
    AppPassword,
    Domain,
    Door,
    LogIn,
    MailboxMessage,
    MaildropLease,
    Outcome,
    WithheldMessage,
)
from webmail.servers import pop3_server
from webmail.store import app_passwords, check, conversations, copy, expunge, mailboxes, maildrops, sweep


@pytest.fixture
def pop3(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[Running[Server]]:
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "pop.crepes.test"
    listening = socket.create_server(("127.0.0.1", 0))
    run = Running(pop3_server.make_server(pop3_server.make_limiter()), listening.getsockname())
    with serving(run, listening):
        yield run
    assert list(check.problems()) == []
    assert not MaildropLease.objects.exists()


@pytest.fixture
def alice(transactional_db: None) -> Person:
    return make_person("alice@crepes.test", "Alice")


def _program(pop3: Running[Server], password: str = PASSWORD) -> poplib.POP3:
    program = poplib.POP3(*pop3.address, timeout=20)
    program.user("alice@crepes.test")
    program.pass_(password)
    return program


def _raw(pop3: Running[Server]) -> RawClient:
    raw = RawClient(pop3.connect())
    assert raw.log_in("alice@crepes.test", PASSWORD).startswith("+OK")
    return raw


def _placed(path: str) -> list[int]:
    """Which messages stand in a mailbox."""
    rows = MailboxMessage.objects.filter(mailbox__path=path).order_by("uid")
    return list(rows.values_list("message_id", flat=True))


def test_messages_are_fetched_to_the_byte(pop3: Running[Server], alice: Person) -> None:
    first = letter("Ünïcode", ".\r\n..two\r\nGrüße") + b"\xff\x80tail\r\n"
    second = letter("Large", "x" * 70 + "\r\n.dot\r\n" * 100_000, number=2)
    keys = [
        arrive(alice.account.pk, first, prefix=b"Return-Path: <bob@hamburger.test>\r\n").message_id,
        arrive(alice.account.pk, second).message_id,
    ]
    program = _program(pop3)
    sizes = [len(b"Return-Path: <bob@hamburger.test>\r\n" + first), len(second)]
    assert program.stat() == (2, sum(sizes))
    assert program.list()[1] == [b"%d %d" % pair for pair in enumerate(sizes, 1)]
    validity = alice.account.mailboxes.get(role="inbox").uid_validity
    names = [f"{number} {validity}-{key}".encode() for number, key in enumerate(keys, 1)]
    assert program.uidl()[1] == names
    lines = [*program.retr(1)[1], b""]
    assert b"\r\n".join(lines) == b"Return-Path: <bob@hamburger.test>\r\n" + first
    assert b"\r\n".join([*program.retr(2)[1], b""]) == second
    top = program.top(2, 2)[1]
    assert b"\r\n".join([*top, b""]) == second[: second.index(b"\r\n\r\n") + 4] + b"x" * 70 + b"\r\n.dot\r\n"
    program.quit()
    # To fetch is not to read.
    assert not MailboxMessage.objects.filter(seen=True).exists()
    again = _program(pop3)
    assert again.uidl()[1] == names
    again.quit()


def test_what_is_deleted_is_in_the_trash(pop3: Running[Server], alice: Person) -> None:
    keys = [arrive(alice.account.pk, letter(f"No. {n}", number=n)).message_id for n in range(3)]
    program = _program(pop3)
    program.dele(1)
    program.dele(3)
    assert _placed("Inbox") == keys
    program.quit()
    assert (_placed("Inbox"), _placed("Trash")) == ([keys[1]], [keys[0], keys[2]])
    conversations.restore(alice.account.pk, [keys[0]])
    again = _program(pop3)
    assert [int(line.rpartition(b"-")[2]) for line in again.uidl()[1]] == [keys[1], keys[0]]
    again.quit()


def test_what_has_a_label_keeps_it(pop3: Running[Server], alice: Person) -> None:
    key = arrive(alice.account.pk, letter()).message_id
    label, _ = mailboxes.create(alice.account.pk, "Plans")
    copy.copy_messages(alice.account.pk, [key], label)
    program = _program(pop3)
    program.dele(1)
    program.quit()
    assert (_placed("Inbox"), _placed("Plans"), _placed("Trash")) == ([], [key], [])


def test_what_the_web_did_meanwhile_stays_done(pop3: Running[Server], alice: Person) -> None:
    sent = arrive(alice.account.pk, letter())
    program = _program(pop3)
    do("archive", alice.account.pk, [sent.thread_id])
    # It can be fetched all the same: it was listed.
    assert program.retr(1)[2] == len(letter())
    program.dele(1)
    program.quit()
    assert (_placed("Archive"), _placed("Trash")) == ([sent.message_id], [])


def test_what_is_gone_for_good_is_told(pop3: Running[Server], alice: Person) -> None:
    large = letter("Large", "x\r\n" * 200_000, number=2)
    keys = [arrive(alice.account.pk, raw).message_id for raw in (letter(), large)]
    raw = _raw(pop3)
    expunge.delete_forever(alice.account.pk, keys)
    sweep.delete_orphans(timezone.now() + timedelta(hours=1))
    assert raw.ask("RETR 1") == "-ERR This message is gone"
    assert raw.ask("RETR 2") == "-ERR This message is gone"
    assert raw.ask("NOOP").startswith("+OK")
    raw.close()


def test_who_drops_the_connection_deletes_nothing(pop3: Running[Server], alice: Person) -> None:
    key = arrive(alice.account.pk, letter()).message_id
    raw = _raw(pop3)
    raw.ask("DELE 1")
    raw.close()
    pop3.stop()
    assert _placed("Inbox") == [key]


def test_a_deletion_that_fails_deletes_nothing(
    pop3: Running[Server], alice: Person, log_watch: LogWatch
) -> None:
    log_watch.expect("The database does not answer POP3")
    keys = [arrive(alice.account.pk, letter(number=n)).message_id for n in range(2)]
    raw = _raw(pop3)
    raw.ask("DELE 1")
    raw.ask("DELE 2")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE webmail_expungedmessage RENAME TO webmail_expungedmessage_away")
    try:
        assert raw.ask("QUIT") == "-ERR [SYS/TEMP] Local trouble, try again later; nothing was deleted"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE webmail_expungedmessage_away RENAME TO webmail_expungedmessage")
    assert _placed("Inbox") == keys
    raw.close()
    # The lease falls by itself.
    MaildropLease.objects.all().delete()


def test_the_maildrop_is_for_one_at_a_time(pop3: Running[Server], alice: Person) -> None:
    raw, second = _raw(pop3), RawClient(pop3.connect())
    refused = "-ERR [IN-USE] Another program has the mailbox open"
    assert second.log_in("alice@crepes.test", PASSWORD) == refused
    raw.ask("QUIT")
    assert second.ask("USER alice@crepes.test").startswith("+OK")
    assert second.ask(f"PASS {PASSWORD}").startswith("+OK")
    second.ask("QUIT")
    second.close()
    raw.close()


def test_who_died_leaves_it_to_others_and_may_not_delete(pop3: Running[Server], alice: Person) -> None:
    key = arrive(alice.account.pk, letter()).message_id
    paused = _raw(pop3)
    paused.ask("DELE 1")
    MaildropLease.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    other = _raw(pop3)
    told = "-ERR [SYS/TEMP] The mailbox was left alone for too long; nothing was deleted"
    assert paused.ask("QUIT") == told
    assert _placed("Inbox") == [key]
    other.ask("DELE 1")
    assert other.ask("QUIT").startswith("+OK")
    assert _placed("Inbox") == []
    paused.close()
    other.close()


def test_of_many_at_once_one_gets_it(alice: Person) -> None:
    tokens: list[str] = []
    start = threading.Barrier(4)

    def take() -> None:
        start.wait(10)
        with suppress(maildrops.MaildropBusyError):
            tokens.append(maildrops.hold(alice.account.pk))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 1
    before = MaildropLease.objects.get().leased_until
    maildrops.hold_on(tokens)
    assert MaildropLease.objects.get().leased_until > before
    maildrops.let_go("another")
    assert MaildropLease.objects.exists()
    maildrops.let_go(tokens[0])
    assert not MaildropLease.objects.exists()


def test_who_is_let_in(pop3: Running[Server], alice: Person) -> None:
    word = app_passwords.create(alice.user, "Old phone", [Door.POP3])
    wrong = app_passwords.create(alice.user, "Printer", [Door.SMTP])
    raw = RawClient(pop3.connect())
    raw.line()
    Domain.objects.filter(name="crepes.test").update(needs_second_factor=True)
    for name, typed, said in (
        ("alice@crepes.test", PASSWORD, "-ERR [AUTH] Make an app password on the web, and use that"),
        ("alice@crepes.test", "nonsense", "-ERR [AUTH] Name or password is wrong"),
        ("nobody@crepes.test", "nonsense", "-ERR [AUTH] Name or password is wrong"),
        ("alice@crepes.test", wrong, "-ERR [AUTH] This app password is for something else"),
        ("Alice@Crepes.test", word, "+OK 0 messages (0 octets)"),
    ):
        assert raw.ask(f"USER {name}").startswith("+OK")
        assert raw.ask(f"PASS {typed}") == said
    raw.ask("QUIT")
    raw.close()
    rows = LogIn.objects.filter(user=alice.user).values_list("door", "outcome", "app_password")
    assert set(rows) == {
        (Door.POP3, Outcome.APP_PASSWORD_NEEDED, ""),
        (Door.POP3, Outcome.WRONG, ""),
        (Door.POP3, Outcome.WRONG_SCOPE, "Printer"),
        (Door.POP3, Outcome.ACCEPTED, "Old phone"),
    }


def test_by_scram_app_passwords_open(pop3: Running[Server], alice: Person) -> None:
    word = app_passwords.create(alice.user, "Phone", [Door.POP3])
    raw = RawClient(pop3.connect())
    raw.line()
    [_, refusal] = scram(raw, alice.address, PASSWORD, at_once=True, command="AUTH")
    assert refusal.startswith("-ERR [AUTH] Name or app password is wrong; by SCRAM")
    assert scram(raw, alice.address, word, at_once=True, command="AUTH")[-1].startswith("+OK 0 messages")
    raw.ask("QUIT")
    raw.close()


def test_guesses_are_limited(pop3: Running[Server], alice: Person) -> None:
    raw = RawClient(pop3.connect())
    raw.line()
    answers = []
    for _ in range(12):
        raw.ask("USER alice@crepes.test")
        answers.append(raw.ask("PASS nonsense"))
    assert answers[-1] == "-ERR [SYS/TEMP] Too many tries, wait a while"
    assert answers.count("-ERR [AUTH] Name or password is wrong") == 10
    raw.close()


def test_an_app_password_may_keep_all_on_the_server(pop3: Running[Server], alice: Person) -> None:
    keys = [arrive(alice.account.pk, letter(f"No. {n}", number=n)).message_id for n in range(3)]
    old = app_passwords.create(alice.user, "Old program", [Door.POP3])
    new = app_passwords.create(alice.user, "New program", [Door.POP3])
    AppPassword.objects.filter(name="Old program").update(pop3_keeps=True)
    program = _program(pop3, old)
    program.dele(1)
    program.dele(2)
    assert program.stat()[0] == 1
    program.quit()
    assert _placed("Inbox") == keys
    # It wanted them gone, so it gets them no more; others do.
    again = _program(pop3, old)
    assert again.stat()[0] == 1
    again.dele(1)
    again.rset()
    again.quit()
    other = _program(pop3, new)
    assert other.stat()[0] == 3
    other.dele(1)
    other.quit()
    assert _placed("Inbox") == keys[1:]
    assert app_passwords.revoke(alice.user, AppPassword.objects.get(name="Old program").pk)
    assert not WithheldMessage.objects.exists()
