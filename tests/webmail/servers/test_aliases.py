"""Addresses that lead elsewhere, to several, or anywhere: from the socket to mailboxes and the queue."""

import re
import smtplib

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mailserver.smtp.envelope import Envelope, Peer
from tests.mail import letter
from tests.mailserver.running import Running
from tests.people import Person, make_person
from webmail.delivery import attempt, forward, inbound, rewriting
from webmail.delivery.arrival import read_content
from webmail.delivery.directory import Directory
from webmail.models import Account, MailboxMessage, OutboundMessage, OutboundRecipient
from webmail.store import accounts, blobs, mailboxes, queries
from webmail.store.change import Change

SENDER = "bob@there.test"


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("forward", "onward", "submit"):
        monkeypatch.setattr(f"webmail.delivery.{module}.kick", lambda _domains: None)


@pytest.fixture
def alice(smtp: Running) -> Person:
    return make_person("alice@crepes.test", "Alice")


@pytest.fixture
def carol(smtp: Running) -> Person:
    return make_person("carol@crepes.test", "Carol")


def send(
    smtp: Running, *recipients: str, raw: bytes = b"", sender: str = SENDER, **options: list[str]
) -> None:
    with smtplib.SMTP(*smtp.address, local_hostname="client.test", timeout=20) as client:
        client.sendmail(sender, recipients, raw or letter(), **options)


def answer(smtp: Running, recipient: str, sender: str = SENDER) -> tuple[int, str]:
    with smtplib.SMTP(*smtp.address, timeout=20) as client:
        client.ehlo()
        client.mail(sender)
        code, text = client.rcpt(recipient)
        return code, text.decode()


def count(person: Person, role: str = "inbox") -> int:
    return MailboxMessage.objects.filter(mailbox_id=person.mailbox(role)).count()


def owed() -> list[tuple[str, str, str]]:
    """Who is owed what: sender, recipient, subject."""
    rows = OutboundRecipient.objects.order_by("pk").select_related("message")
    return [(row.message.mail_from, row.address, _subject(blobs.read(row.message.blob_id))) for row in rows]


def _subject(raw: bytes) -> str:
    found = re.search(rb"^Subject: ([^\r]*)", raw, re.MULTILINE)
    return found[1].decode() if found else ""


def carry_out(domain: str) -> None:
    attempt.deliver(domain)


def test_an_alias_leads_to_people_here_and_elsewhere(smtp: Running, alice: Person, carol: Person) -> None:
    for target in (alice.address, carol.address, "dan@x.test", "eve@y.test"):
        accounts.add_alias("team@crepes.test", target)
    send(smtp, "Team+news@crepes.test", "alice@crepes.test")
    assert (count(alice), count(carol)) == (1, 1)
    [message] = OutboundMessage.objects.all()
    assert sorted(message.recipients.values_list("address", flat=True)) == ["dan@x.test", "eve@y.test"]
    assert message.account_id is None
    head = bytes(message.prefix).decode()
    assert head.startswith("Delivered-To: team+news@crepes.test\r\nReceived: from client.test")
    assert "List-Id" not in head
    assert re.fullmatch(r"SRS0=\w{6}=\w\w=there\.test=bob@crepes\.test", message.mail_from)
    assert blobs.read(message.blob_id) == letter()


def test_what_goes_elsewhere_only_needs_nobody_here(smtp: Running, alice: Person) -> None:
    accounts.add_alias("dan@crepes.test", "dan@x.test")
    assert answer(smtp, "dan@crepes.test")[0] == 250
    send(smtp, "dan@crepes.test", sender="")
    send(smtp, "dan@crepes.test", sender="carol@crepes.test")
    assert owed() == [("", "dan@x.test", "Hello"), ("carol@crepes.test", "dan@x.test", "Hello")]


def test_a_report_finds_back_to_who_wrote(smtp: Running, alice: Person) -> None:
    accounts.add_alias("dan@crepes.test", "dan@x.test")
    long = f"{'b' * 60}@there.test"
    for sender in (SENDER, long):
        send(smtp, "dan@crepes.test", sender=sender)
        rewritten = OutboundMessage.objects.latest("pk").mail_from
        send(smtp, rewritten, raw=letter("Not delivered"), sender="")
        assert owed()[-1] == ("", sender, "Not delivered")
    assert answer(smtp, rewritten) == (550, "5.7.1 This address takes delivery reports only")
    forged = rewritten.replace("there.test", "elsewhere.test")
    assert answer(smtp, forged, "")[0] == 550
    assert answer(smtp, rewritten.replace("@crepes.test", "@other.test"), "")[0] == 550


def test_a_list_has_somebody_who_answers_for_it(smtp: Running, alice: Person) -> None:
    for target in ("dan@x.test", "eve@y.test"):
        accounts.add_alias("team@crepes.test", target)
    accounts.add_alias("owner-team@crepes.test", alice.address)
    send(smtp, "team@crepes.test", rcpt_options=["NOTIFY=SUCCESS"])
    [message] = OutboundMessage.objects.all()
    assert message.mail_from == "owner-team@crepes.test"
    assert set(message.recipients.values_list("notify", flat=True)) == {""}
    assert b"List-Id: <team.crepes.test>\r\nPrecedence: list\r\n" in bytes(message.prefix)
    send(smtp, "owner-team@crepes.test", raw=letter("Not delivered"), sender="")
    assert count(alice) == 1


def test_who_fails_elsewhere_is_told_of_once(smtp: Running, alice: Person) -> None:
    accounts.add_alias("dan@crepes.test", "nobody@crepes.test")
    send(smtp, "dan@crepes.test")
    carry_out("crepes.test")
    [(_, first, _), report] = owed()
    assert first == "nobody@crepes.test"
    assert report == ("", SENDER, "[Not delivered] Hello")
    raw = blobs.read(OutboundMessage.objects.latest("pk").blob_id)
    assert b"Final-Recipient: rfc822; nobody@crepes.test" in raw
    assert b"To: bob@there.test" in raw


def test_a_loop_ends_with_one_report(smtp: Running, alice: Person) -> None:
    """here@ leads to there@, which leads back: the second time it is refused, to who handed it on."""
    accounts.add_alias("here@crepes.test", "there@crepes.test")
    accounts.add_alias("there@crepes.test", "here@crepes.test")
    send(smtp, "here@crepes.test")
    for _ in range(5):
        carry_out("crepes.test")
    said = owed()
    assert [to for _, to, _ in said] == ["there@crepes.test", "here@crepes.test", SENDER]
    assert said[-1][2] == "[Not delivered] Hello"


def test_a_loop_over_another_server_is_refused(smtp: Running, alice: Person) -> None:
    accounts.add_alias("dan@crepes.test", "dan@x.test")
    raw = b"Delivered-To: Dan@crepes.test\r\n" + letter()
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(smtp, "dan@crepes.test", raw=raw)
    assert refused.value.smtp_code == 554
    send(smtp, "dan@crepes.test", "alice@crepes.test", raw=raw)
    assert (count(alice), owed()) == (1, [])


def test_anything_at_a_domain(smtp: Running, alice: Person, carol: Person) -> None:
    assert answer(smtp, "anything@crepes.test")[0] == 550
    accounts.add_alias("@crepes.test", carol.address)
    accounts.add_alias("known@crepes.test", alice.address)
    send(smtp, "anything@crepes.test")
    send(smtp, "alice@crepes.test")
    send(smtp, "known@crepes.test")
    assert (count(carol), count(alice)) == (1, 2)
    assert answer(smtp, "anything@elsewhere.test")[0] == 550
    accounts.add_alias("@crepes.test", "all@x.test")
    send(smtp, "something@crepes.test")
    assert [to for _, to, _ in owed()] == ["all@x.test"]


def test_details_name_a_mailbox(smtp: Running, alice: Person) -> None:
    with Change([alice.account.pk]) as change:
        shopping = mailboxes.ensure(change, alice.account.pk, "Shopping", "")
    send(smtp, "alice+SHOPPING@crepes.test")
    assert count(alice) == 1
    Account.objects.filter(pk=alice.account.pk).update(sorts_by_detail=True)
    for detail in ("shopping", "trash", "nowhere"):
        send(smtp, f"alice+{detail}@crepes.test")
    assert MailboxMessage.objects.filter(mailbox_id=shopping).count() == 1
    assert (count(alice), count(alice, "trash")) == (3, 0)


def test_mail_of_our_own_people_follows_the_same_ways(alice: Person, carol: Person) -> None:
    """Out of the queue, to an alias here that leads elsewhere, too."""
    accounts.add_alias("team@crepes.test", carol.address)
    accounts.add_alias("team@crepes.test", "dan@x.test")
    forward.enqueue([_handed_on("team@crepes.test")], timezone.now())
    carry_out("crepes.test")
    assert count(carol) == 1
    assert owed()[-1][1] == "dan@x.test"


def _handed_on(to: str) -> forward.Forward:
    return forward.Forward(
        recipient="old@crepes.test",
        targets=[to],
        return_path="carol@crepes.test",
        content=read_content(letter()),
        trace=b"",
    )


def test_what_is_asked_of_reports_goes_on(smtp: Running, alice: Person) -> None:
    accounts.add_alias("dan@crepes.test", "dan@x.test")
    with smtplib.SMTP(*smtp.address, timeout=20) as client:
        client.ehlo()
        client.mail(SENDER, ["RET=HDRS", "ENVID=e1"])
        client.rcpt("dan@crepes.test", ["NOTIFY=DELAY", "ORCPT=rfc822;old@there.test"])
        client.data(letter())
    row = OutboundRecipient.objects.select_related("message").get()
    assert (row.notify, row.original_address) == ("DELAY", "old@there.test")
    assert (row.message.envelope_id, row.message.returns) == ("e1", "HDRS")


def test_a_delivery_to_people_costs_no_statement_more(
    alice: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    envelope = Envelope(Peer("192.0.2.1", 1, "c", True), SENDER, (alice.address,), letter(), timezone.now())
    directory = Directory()
    directory.look_up([alice.address])
    arrived = inbound.read(envelope)
    with django_assert_num_queries(0):
        assert directory.look_up([alice.address])[alice.address].outside == ()
    assert inbound.receive([arrived], directory)[0].code == 250


def test_a_rewritten_sender_is_nobody_elses(alice: Person) -> None:
    assert rewriting.sender_of("alice@crepes.test") == ""
    assert rewriting.sender_of(rewriting.rewritten(SENDER, "crepes.test")) == SENDER
    assert queries.resolve_recipients(["alice@crepes.test"])["alice@crepes.test"]


def test_who_asks_is_told_that_it_arrived(smtp: Running, alice: Person, carol: Person) -> None:
    accounts.add_alias("dan@crepes.test", "dan@x.test")
    with smtplib.SMTP(*smtp.address, timeout=20) as client:
        client.ehlo()
        client.mail(SENDER, ["ENVID=e1"])
        client.rcpt(alice.address, ["NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;a@there.test"])
        client.rcpt(carol.address, ["NOTIFY=FAILURE"])
        client.rcpt("dan@crepes.test", ["NOTIFY=SUCCESS"])
        client.data(letter())
        client.mail("")
        client.rcpt(alice.address, ["NOTIFY=SUCCESS"])
        client.data(letter())
    (sender, to, _), report = owed()
    assert (sender.startswith("SRS0="), to) == (True, "dan@x.test")
    assert report == ("", SENDER, "[Delivered] Hello")
    raw = blobs.read(OutboundMessage.objects.latest("pk").blob_id)
    assert b"Original-Envelope-Id: e1\r\n" in raw
    assert b"Original-Recipient: rfc822; a@there.test\r\nFinal-Recipient: rfc822; alice@crepes.test" in raw
    assert b"Action: delivered" in raw
    assert carol.address.encode() not in raw
    assert b"Hello there." not in raw


def test_addresses_in_any_script(smtp: Running, alice: Person) -> None:
    wang = make_person("王伟@crepes.test", "王伟")
    accounts.add_alias("团队@crepes.test", "李@xn--fsqu00a.test")
    with smtplib.SMTP(*smtp.address, timeout=20) as client:
        client.ehlo()
        client.command_encoding = "utf-8"
        assert client.docmd("MAIL", "FROM:<张@there.test>")[0] == 553
        assert client.docmd("MAIL", "FROM:<张@there.test> SMTPUTF8")[0] == 250
        assert client.docmd("RCPT", "TO:<王伟@crepes.test>")[0] == 250
        assert client.docmd("RCPT", "TO:<团队@crepes.test>")[0] == 250
        assert client.docmd("RCPT", "TO:<李伟@crepes.test>")[0] == 550
        client.data(letter())
    assert count(wang) == 1
    [(sender, to, _)] = owed()
    assert (sender.endswith("=there.test=张@crepes.test"), to.startswith("李@")) == (True, True)
    [key] = MailboxMessage.objects.filter(account=wang.account).values_list("message_id", flat=True)
    raw = queries.raw(wang.account.pk, key).decode()
    assert "with UTF8SMTP id" in raw
    assert "for <王伟@crepes.test>" in raw


def test_any_address_of_a_domain_is_no_address_to_write_from(alice: Person) -> None:
    accounts.add_alias("@crepes.test", alice.address)
    assert queries.own_addresses(alice.account) == {alice.address}
    assert [each.address for each in queries.sending_addresses(alice.account)] == [alice.address]
