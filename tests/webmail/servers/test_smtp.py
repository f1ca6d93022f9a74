"""From the socket to the mailbox."""

import smtplib

import pytest
from django.db import connection

from tests.logs import LogWatch
from tests.mailserver.running import Running
from tests.mailserver.smtp.memory import RawClient
from tests.people import make_person
from webmail.models import Account, Alias, Mailbox, Message, Rule
from webmail.store import mailboxes, queries, rules
from webmail.store.rules import Written

RAW = b"From: Bob <bob@there.test>\r\nSubject: =?utf-8?b?5L2g5aW9?=\r\n\r\n.dot\r\n\xff\xfe raw\r\n"


def _send(smtp: Running, *recipients: str, raw: bytes = RAW, sender: str = "bob@there.test") -> None:
    with smtplib.SMTP(*smtp.address, local_hostname="client.test", timeout=20) as client:
        client.sendmail(sender, recipients, raw)


def _kept(account: Account) -> list[bytes]:
    """All messages in the inbox, to the byte."""
    inbox = Mailbox.objects.get(account=account, role="inbox")
    placed = inbox.placements.order_by("uid").values_list("message_id", flat=True)
    return [queries.raw(account.pk, key) for key in placed]


def test_a_message_is_kept_to_the_byte_under_our_trace(smtp: Running) -> None:
    alice = make_person("alice@crepes.test", "Alice")
    _send(smtp, "Alice@Crepes.Test")
    [kept] = _kept(alice.account)
    assert kept.endswith(RAW)
    trace = kept.removesuffix(RAW).decode().split("\r\n")
    assert trace[:2] == ["Return-Path: <bob@there.test>", "Delivered-To: Alice@Crepes.Test"]
    assert trace[2] == "Received: from client.test ([127.0.0.1])"
    assert trace[3].startswith("\tby mx.crepes.test with ESMTP id ")
    assert trace[4].startswith("\tfor <Alice@Crepes.Test>; ")
    assert trace[5:] == [""]
    message = Message.objects.get()
    assert (message.subject, message.from_address) == ("你好", "bob@there.test")


def test_recipients_share_the_bytes(smtp: Running) -> None:
    alice, carol = make_person("alice@crepes.test", "A"), make_person("carol@crepes.test", "C")
    Alias.objects.create(domain=alice.account.domain, address="a@crepes.test", account=alice.account)
    _send(smtp, "alice@crepes.test", "carol@crepes.test", "a@crepes.test", "alice+list@crepes.test")
    assert len(_kept(alice.account)) == len(_kept(carol.account)) == 1
    assert len(set(Message.objects.values_list("blob_id", flat=True))) == 1


def test_alias_of_several_accounts(smtp: Running) -> None:
    people = [make_person("alice@crepes.test", "A"), make_person("carol@crepes.test", "C")]
    for person in people:
        Alias.objects.create(domain=person.account.domain, address="all@crepes.test", account=person.account)
    _send(smtp, "all@crepes.test")
    assert [len(_kept(person.account)) for person in people] == [1, 1]


def test_a_rule_files_what_comes(smtp: Running) -> None:
    alice = make_person("alice@crepes.test", "Alice")
    label, _done = mailboxes.create(alice.account.pk, "Hello")
    rules.create(alice.account.pk, Written(query="subject:你好", mailbox_id=label, archives=True))
    _send(smtp, "alice@crepes.test")
    assert list(Mailbox.objects.filter(message_count=1).values_list("path", flat=True)) == ["Hello"]
    assert Rule.objects.get().hits == 1


@pytest.mark.parametrize("recipient", ["postmaster@crepes.test", "postmaster"])
def test_postmaster_and_the_null_sender(smtp: Running, recipient: str) -> None:
    alice = make_person("alice@crepes.test", "Alice")
    _send(smtp, recipient, sender="")
    [kept] = _kept(alice.account)
    assert kept.startswith(b"Return-Path: <>\r\nDelivered-To: " + recipient.encode())


def test_who_is_refused_at_rcpt(smtp: Running) -> None:
    alice = make_person("alice@crepes.test", "Alice")
    full = make_person("full@crepes.test", "Full")
    Account.objects.filter(pk=full.account.pk).update(quota_bytes=1000, used_bytes=900)
    Account.objects.filter(pk=alice.account.pk).update(quota_bytes=1000)
    client = RawClient(smtp.connect())
    client.reply()
    client.ask("EHLO client.test")
    client.ask("MAIL FROM:<bob@there.test> SIZE=500")
    assert client.ask("RCPT TO:<nobody@crepes.test>").startswith("550 5.1.1")
    assert client.ask("RCPT TO:<alice@elsewhere.test>").startswith("550 5.7.1")
    assert client.ask("RCPT TO:<full@crepes.test>").startswith("452 4.2.2")
    assert client.ask("RCPT TO:<alice@crepes.test>").startswith("250 2.1.5")
    client.close()


def test_smtputf8_addresses(smtp: Running) -> None:
    wang = make_person("王@xn--hmburger-0za.test", "王")
    with smtplib.SMTP(*smtp.address, local_hostname="client.test", timeout=20) as client:
        client.ehlo()
        client.command_encoding = "utf-8"
        client.mail("用户@例子.test", ["SMTPUTF8"])
        assert client.rcpt("王@Hämburger.test")[0] == 250
        assert client.data(RAW)[0] == 250
    [kept] = _kept(wang.account)
    assert kept.startswith("Return-Path: <用户@例子.test>\r\nDelivered-To: 王@Hämburger.test".encode())
    assert b"with UTF8SMTP id" in kept


def test_twenty_at_once_share_transactions(smtp: Running) -> None:
    alice = make_person("alice@crepes.test", "Alice")
    clients = [RawClient(smtp.connect()) for _ in range(20)]
    for number, client in enumerate(clients):
        client.begin_data("alice@crepes.test")
        client.send(b"Subject: %d\r\n\r\n" % number)
    before = Account.objects.get().modseq
    for client in clients:
        client.send(b".\r\n")
    assert [client.reply()[:9] for client in clients] == ["250 2.0.0"] * 20
    kept = _kept(alice.account)
    assert len({raw.rpartition(b"Subject: ")[2] for raw in kept}) == 20
    transactions = Account.objects.get().modseq - before
    assert transactions < 20
    for client in clients:
        client.close()


def test_a_database_that_fails_loses_nothing(smtp: Running, log_watch: LogWatch) -> None:
    log_watch.expect("The database does not take mail")
    alice = make_person("alice@crepes.test", "Alice")
    client = RawClient(smtp.connect())
    client.begin_data("alice@crepes.test")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE webmail_message RENAME TO webmail_message_away")
    client.send(RAW + b".\r\n")
    try:
        assert client.reply() == "451 4.3.0 Local trouble, try again later"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE webmail_message_away RENAME TO webmail_message")
    assert _kept(alice.account) == []
    _send(smtp, "alice@crepes.test")
    assert len(_kept(alice.account)) == 1
    client.close()


def test_an_account_that_went_after_rcpt_is_told_later(smtp: Running, log_watch: LogWatch) -> None:
    log_watch.expect("Delivery of 1 message")
    alice = make_person("alice@crepes.test", "Alice")
    client = RawClient(smtp.connect())
    client.begin_data("alice@crepes.test")
    Account.objects.filter(pk=alice.account.pk).delete()
    client.send(RAW + b".\r\n")
    assert client.reply().startswith("451 4.3.0")
    client.close()


def test_a_client_that_leaves_after_the_dot_has_sent_once(smtp: Running) -> None:
    alice = make_person("alice@crepes.test", "Alice")
    client = RawClient(smtp.connect())
    client.begin_data("alice@crepes.test")
    client.send(RAW.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    client.close()
    smtp.stop()
    assert len(_kept(alice.account)) == 1


@pytest.mark.services
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a database that is a server")
def test_connections_that_broke_are_replaced(smtp: Running, log_watch: LogWatch) -> None:
    log_watch.expect("The database does not")
    alice = make_person("alice@crepes.test", "Alice")
    _send(smtp, "alice@crepes.test")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    # Each thread finds out once.
    for _ in range(6):
        try:
            _send(smtp, "alice@crepes.test")
            break
        except smtplib.SMTPException as refusal:
            assert "4.3.0 Local trouble" in str(refusal)
    assert len(_kept(alice.account)) == 2
