"""From a mail program to Sent and into the queue."""

import base64
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from tests.logs import LogWatch
from tests.mail import arrive
from tests.mailserver.running import Running, serving
from tests.mailserver.smtp.memory import RawClient
from tests.mailserver.smtp.test_submission import scram
from tests.people import PASSWORD, Person, make_person
from tests.security import with_app
from webmail.delivery import submit
from webmail.models import (
    Account,
    ContactAddress,
    Door,
    Identity,
    LogIn,
    MailboxMessage,
    OutboundMessage,
    OutboundRecipient,
    Outcome,
)
from webmail.servers import smtp_server
from webmail.store import app_passwords, blobs, queries

LETTER = (
    b"From: Alice <alice@crepes.test>\r\nTo: Bob <bob@hamburger.test>\r\nSubject: Lunch\r\n"
    b"Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@laptop>\r\n\r\n.See you\r\n"
)


@pytest.fixture
def server(
    transactional_db: None, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "mx.crepes.test"
    monkeypatch.setattr(submit, "kick", lambda _domains: None)
    listening = socket.create_server(("127.0.0.1", 0))
    run = Running(smtp_server.make_submission_server(smtp_server.make_limiter()), listening.getsockname())
    with serving(run, listening):
        yield run


@pytest.fixture
def alice(server: Running) -> Person:
    return make_person("alice@crepes.test", "Alice Martin")


def trusting(path: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(path / "tls.pem"))
    context.check_hostname = False
    return context


@contextmanager
def logged_in(server: Running, person: Person) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(*server.address, local_hostname="laptop.lan", timeout=20) as client:
        client.login(person.address, PASSWORD)
        yield client


def sent(person: Person) -> list[bytes]:
    rows = MailboxMessage.objects.filter(mailbox_id=person.mailbox("sent")).order_by("uid")
    return [queries.raw(person.account.pk, key) for key in rows.values_list("message_id", flat=True)]


def refusal(act: Callable[[], object]) -> str:
    """The line that an act is refused with."""
    with pytest.raises(smtplib.SMTPException) as refused:
        act()
    error = refused.value
    code, text = (
        (error.smtp_code, error.smtp_error)
        if isinstance(error, smtplib.SMTPResponseException)
        else next(iter(error.args[0].values()))
    )
    return f"{code} {text.decode()}"


def test_a_letter_is_sent_as_from_the_composer(server: Running, alice: Person, tmp_path: Path) -> None:
    with smtplib.SMTP(*server.address, local_hostname="laptop.lan", timeout=20) as client:
        client.starttls(context=trusting(tmp_path))
        client.ehlo()
        client.login(alice.address, PASSWORD)
        client.sendmail("alice@crepes.test", ["bob@hamburger.test", "eve@x.test"], LETTER)
    outbound = OutboundMessage.objects.get()
    assert [row.address for row in outbound.recipients.order_by("pk")] == ["bob@hamburger.test", "eve@x.test"]
    assert (outbound.mail_from, outbound.account) == ("alice@crepes.test", alice.account)
    trace = bytes(outbound.prefix).decode()
    assert trace.startswith(
        "Received: from submission (authenticated)\r\n\tby mx.crepes.test with ESMTPSA (TLSv1"
    )
    assert "laptop" not in trace
    assert "127.0.0.1" not in trace
    assert blobs.read(outbound.blob_id) == LETTER
    assert sent(alice) == [b"Bcc: eve@x.test\r\n" + LETTER]
    assert outbound.sent_message_id is not None
    assert list(ContactAddress.objects.values_list("address", "contact__name")) == [
        ("bob@hamburger.test", "Bob")
    ]
    [line] = LogIn.objects.filter(user=alice.user)
    assert (line.door, line.outcome, line.ip) == (Door.SMTP, Outcome.ACCEPTED, "127.0.0.1")


def test_what_a_program_leaves_out_is_added(server: Running, alice: Person) -> None:
    Identity.objects.create(account=alice.account, address=alice.address, name="Alice M.")
    with logged_in(server, alice) as client:
        client.sendmail(
            alice.address, ["bob@hamburger.test"], b"Subject: Short\r\nBcc: eve@x.test\r\n\r\nHi\r\n"
        )
        client.sendmail(alice.address, ["bob@hamburger.test"], b"only words\r\n")
    first, second = sent(alice)
    head, _, body = first.partition(b"\r\n\r\n")
    assert head.startswith(b"Bcc: eve@x.test\r\n")
    assert b'\r\nFrom: "Alice M." <alice@crepes.test>' in head
    assert b"\r\nDate: " in head
    assert b"@crepes.test>\r\nSubject: Short" in head
    assert body == b"Hi\r\n"
    assert second.endswith(b"\r\n\r\nonly words\r\n")
    for outbound in OutboundMessage.objects.all():
        assert b"Bcc" not in blobs.read(outbound.blob_id)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        (
            b"From: bob@hamburger.test",
            "550 5.7.1 You can't send as bob@hamburger.test: it is not an address of yours",
        ),
        (b"From: alice@crepes.test, bob@hamburger.test", "550 5.7.1 "),
        (b"From: alice@crepes.test <bob@hamburger.test>", "550 5.7.1 "),
        (b"From: alice@crepes.test\r\nSender: bob@hamburger.test", "550 5.7.1 "),
        (b"From: alice@crepes.test\r\nResent-From: bob@hamburger.test", "550 5.7.1 "),
        (b"From: alice@crepes.test\r\nFrom: bob@hamburger.test", "550 5.6.0 "),
        (b"From: bob@hamburger.test\r\nFrom: alice@crepes.test", "550 5.6.0 "),
        (b"From : bob@hamburger.test", "550 5.7.1 "),
        (b"From: Alice", "550 5.7.1 "),
        (b"From:", "550 5.7.1 "),
    ],
)
def test_nobody_writes_as_another(server: Running, alice: Person, written: bytes, answer: str) -> None:
    make_person("bob@hamburger.test", "Bob")
    with logged_in(server, alice) as client:
        letter = written + b"\r\nSubject: x\r\n\r\n"
        assert refusal(lambda: client.sendmail(alice.address, ["a@x.test"], letter)).startswith(answer)
        refused = refusal(lambda: client.sendmail("bob@hamburger.test", ["a@x.test"], LETTER))
        assert refused == "553 5.7.1 This is not an address of yours"
        client.sendmail("alice+news@crepes.test", ["a@x.test"], LETTER)
    assert OutboundMessage.objects.count() == 1


def test_who_is_unknown_here_is_told_at_once(server: Running, alice: Person) -> None:
    make_person("carol@crepes.test", "Carol")
    with logged_in(server, alice) as client:
        client.mail(alice.address)
        assert client.rcpt("nobody@crepes.test") == (550, b"5.1.1 No such user here")
        assert client.rcpt("carol@crepes.test")[0] == 250
        assert client.rcpt("anybody@elsewhere.test")[0] == 250
        assert client.rcpt("postmaster")[0] == 250
        assert client.rcpt('"a b"@elsewhere.test')[0] == 553
        assert client.rcpt("a%b@elsewhere.test") == (550, b"5.7.1 Relaying denied")


def test_a_letter_handed_in_again_goes_once(server: Running, alice: Person) -> None:
    def hand_in(letter: bytes, *recipients: str) -> bytes:
        with logged_in(server, alice) as client:
            client.mail(alice.address)
            for recipient in recipients:
                client.rcpt(recipient)
            return client.data(letter)[1]

    first = hand_in(LETTER, "bob@hamburger.test", "eve@x.test")
    assert hand_in(LETTER, "eve@x.test", "bob@hamburger.test") == first
    assert OutboundMessage.objects.count() == 1
    assert hand_in(LETTER, "dan@x.test") != first
    assert hand_in(LETTER.replace(b"See", b"Sea"), "eve@x.test", "bob@hamburger.test") != first
    assert OutboundMessage.objects.count() == 3
    # The same letter to somebody else has its trace at the same copy.
    assert len(sent(alice)) == 1
    alarm = b"Subject: Alarm\r\n\r\n"
    assert hand_in(alarm, "eve@x.test") != hand_in(alarm, "eve@x.test")


def test_a_program_that_keeps_its_own_copy_has_one(server: Running, alice: Person) -> None:
    own = b"Bcc: eve@x.test\r\n" + LETTER
    arrive(alice.account.pk, own, role="sent")
    with logged_in(server, alice) as client:
        client.sendmail(alice.address, ["bob@hamburger.test"], LETTER)
    assert sent(alice) == [own]
    outbound = OutboundMessage.objects.get()
    assert blobs.read(outbound.blob_id) == LETTER
    assert outbound.sent_message is not None


def test_what_is_asked_of_reports_is_kept(server: Running, alice: Person) -> None:
    with logged_in(server, alice) as client:
        client.mail(alice.address, ["RET=FULL", "ENVID=trip+2B1"])
        client.rcpt("bob@hamburger.test", ["NOTIFY=NEVER", "ORCPT=rfc822;b+2Bx@hamburger.test"])
        client.rcpt("eve@x.test")
        client.data(LETTER)
    outbound = OutboundMessage.objects.get()
    assert (outbound.returns, outbound.envelope_id) == ("FULL", "trip+1")
    rows = outbound.recipients.order_by("pk").values_list("address", "notify", "original_address")
    assert list(rows) == [("bob@hamburger.test", "NEVER", "b+x@hamburger.test"), ("eve@x.test", "", "")]


def test_a_day_has_its_limits(server: Running, alice: Person, settings: LazySettings) -> None:
    settings.MESSAGES_PER_DAY, settings.RECIPIENTS_PER_DAY = 2, 3
    enough = "452 4.5.3 You have sent as much as you may in a day, try again later"
    alarm = b"Subject: Alarm\r\n\r\n"
    with logged_in(server, alice) as client:
        client.sendmail(alice.address, ["a@x.test", "b@x.test"], alarm)
        assert refusal(lambda: client.sendmail(alice.address, ["a@x.test", "b@x.test"], alarm)) == enough
        client.sendmail(alice.address, ["a@x.test"], alarm)
        assert refusal(lambda: client.sendmail(alice.address, ["a@x.test"], alarm)) == enough
    assert OutboundMessage.objects.count() == 2


@pytest.mark.parametrize("spaces", [True, False])
def test_app_passwords_open_by_every_mechanism(server: Running, alice: Person, spaces: bool) -> None:
    with_app(alice)
    mine = app_passwords.create(alice.user, "Laptop", [Door.SMTP])
    other = app_passwords.create(alice.user, "Phone", [Door.IMAP])
    if not spaces:
        mine, other = mine.replace(" ", ""), other.replace(" ", "")
    first = f"n,,n={alice.address},r=abcdefgh"
    tries = {
        "plain": lambda client, word: client.ask(plain(alice.address, word)),
        "scram": lambda client, word: scram(client, word, first=first)[-1],
    }
    for log_in in tries.values():
        client = RawClient(server.connect())
        client.reply()
        client.ask("EHLO laptop.lan")
        assert log_in(client, PASSWORD).startswith("53")
        assert log_in(client, other) == "535 5.7.8 This app password is not for sending mail"
        assert log_in(client, mine).startswith("235")
        client.close()
    client = RawClient(server.connect())
    client.reply()
    client.ask("EHLO laptop.lan")
    assert client.ask(plain(alice.address, PASSWORD)) == (
        "534 5.7.9 Use an app password: your account has a second step"
    )
    client.close()
    outcomes = set(LogIn.objects.filter(user=alice.user).values_list("outcome", "app_password"))
    assert {(Outcome.ACCEPTED, "Laptop"), (Outcome.WRONG_SCOPE, "Phone"), (Outcome.WRONG, "")} <= outcomes


def test_strangers_look_as_everybody(server: Running, alice: Person) -> None:
    def salt(name: str) -> str:
        client = RawClient(server.connect())
        client.reply()
        client.ask("EHLO laptop.lan")
        said = client.ask("AUTH SCRAM-SHA-256 " + base64.b64encode(f"n,,n={name},r=abc".encode()).decode())
        client.close()
        return base64.b64decode(said.removeprefix("334 ")).decode().split(",", 1)[1]

    app_passwords.create(alice.user, "Laptop", [Door.SMTP])
    for name in (alice.address, "nobody@crepes.test"):
        assert salt(name) == salt(name.upper())
        assert salt(name).endswith(",i=4096")
    assert salt(alice.address) != salt("nobody@crepes.test")


def test_who_guesses_is_held_up_at_all_doors(server: Running, alice: Person) -> None:
    for _ in range(5):
        client = RawClient(server.connect())
        client.reply()
        client.ask("EHLO laptop.lan")
        client.ask(plain(alice.address, "wrong"))
        scram(client, "wrong", first=f"n,,n={alice.address},r=abc")
        client.close()
    with smtplib.SMTP(*server.address, timeout=20) as late:
        late.ehlo()
        assert late.docmd(*plain(alice.address, PASSWORD).split(" ", 1)) == (
            454,
            b"4.7.0 Too many failed log-ins, try again later",
        )


def test_an_account_that_is_switched_off_sends_no_more(server: Running, alice: Person) -> None:
    with logged_in(server, alice) as client:
        Account.objects.filter(pk=alice.account.pk).update(is_active=False)
        assert client.mail(alice.address) == (550, b"5.7.13 Your account is switched off")
    client = RawClient(server.connect())
    client.reply()
    client.ask("EHLO laptop.lan")
    assert client.ask(plain(alice.address, PASSWORD)).startswith("525 5.7.13")
    client.close()


def test_a_database_that_is_down_is_our_trouble(server: Running, alice: Person, log_watch: LogWatch) -> None:
    log_watch.expect("The database does not take mail")
    with logged_in(server, alice) as client:
        client.mail(alice.address)
        client.rcpt("bob@hamburger.test")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE webmail_outboundrecipient RENAME TO gone")
        try:
            assert client.data(LETTER) == (451, b"4.3.0 Local trouble, try again later")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE gone RENAME TO webmail_outboundrecipient")
        client.sendmail(alice.address, ["bob@hamburger.test"], LETTER)
    assert OutboundRecipient.objects.count() == 1
    assert len(sent(alice)) == 1


def plain(name: str, password: str) -> str:
    return "AUTH PLAIN " + base64.b64encode(f"\0{name}\0{password}".encode()).decode()


def test_a_demand_for_tls_goes_along(server: Running, alice: Person, tmp_path: Path) -> None:
    with smtplib.SMTP(*server.address, local_hostname="laptop.lan", timeout=20) as client:
        client.starttls(context=trusting(tmp_path))
        client.login(alice.address, PASSWORD)
        client.sendmail(alice.address, ["bob@hamburger.test"], LETTER, mail_options=["REQUIRETLS"])
        client.sendmail(alice.address, ["bob@hamburger.test"], b"TLS-Required: no\r\n" + LETTER)
    wishes = OutboundMessage.objects.order_by("pk").values_list("tls_wish", flat=True)
    assert list(wishes) == ["required", "optional"]
