"""Who the sender is: checked before mail is stored, written on top of it, and acted on."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from mailserver.authenticity import arc, arc_seal, results, sign
from mailserver.message import header
from tests.contacts import know
from tests.mail import letter
from tests.mailserver.running import Running, serving
from tests.names import SERVFAIL, Names
from tests.people import Person, make_person
from webmail.delivery import tally
from webmail.models import DmarcTally, Message, OutboundRecipient, SpamMark
from webmail.servers import smtp_server
from webmail.store import queries, spam_marks

SPF = '"v=spf1 ip4:127.0.0.1 -all"'
NOT_US = '"v=spf1 ip4:192.0.2.1 -all"'


def dmarc(policy: str) -> dict[str, dict[str, list[str]] | str]:
    """A domain that this machine may not send for, and what it asks for then."""
    return {
        "shop.test": {"TXT": [NOT_US], "A": ["192.0.2.1"]},
        "_dmarc.shop.test": {"TXT": [f'"v=DMARC1; p={policy}"']},
    }


@pytest.fixture
def names(settings: LazySettings) -> Iterator[Names]:
    with Names({}) as names:
        settings.DNS_RESOLVER = names.server
        yield names


@contextmanager
def running() -> Iterator[Running]:
    listening = socket.create_server(("127.0.0.1", 0))
    run = Running(smtp_server.make_server(smtp_server.make_limiter()), listening.getsockname())
    with serving(run, listening):
        yield run


@pytest.fixture
def smtp(transactional_db: None, settings: LazySettings, tmp_path: Path, names: Names) -> Iterator[Running]:
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "mx.crepes.test"
    settings.UNCHECKED_NETWORKS = []
    with running() as run:
        yield run


@pytest.fixture
def alice(smtp: Running) -> Person:
    return make_person("alice@crepes.test", "Alice")


def send(smtp: Running, subject: str, sender: str = "news@shop.test", extra: bytes = b"") -> None:
    with smtplib.SMTP(*smtp.address, local_hostname="client.test", timeout=20) as client:
        client.sendmail(sender, ["alice@crepes.test"], extra + letter(subject, sender=sender))


def subjects(person: Person, role: str) -> set[str]:
    rows = queries.mailbox_page(person.account.pk, person.mailbox(role)).rows
    return {row.subject for row in rows}


def recorded(subject: str) -> dict[str, results.Result]:
    """What our own field on top of a message says, by the method."""
    message = Message.objects.get(subject=subject)
    values = [v for name, v in header.fields(bytes(message.prefix)) if name == "authentication-results"]
    [found] = [results.read(value) for value in values]
    assert found.server == "mx.crepes.test"
    return {each.method: each for each in found.results}


def test_success_is_told_only_to_who_is_proven(
    smtp: Running, names: Names, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webmail.delivery.onward.kick", lambda _domains: None)
    names.records.update({"shop.test": {"TXT": [SPF]}, "forged.test": {"TXT": ['"v=spf1 ?all"']}})
    with smtplib.SMTP(*smtp.address, local_hostname="client.test", timeout=20) as client:
        for sender in ("news@forged.test", "news@shop.test"):
            raw = letter(sender=sender)
            client.sendmail(sender, [alice.address], raw, rcpt_options=["NOTIFY=SUCCESS"])
    assert [row.address for row in OutboundRecipient.objects.all()] == ["news@shop.test"]


def test_what_was_found_is_written_on_top(smtp: Running, names: Names, alice: Person) -> None:
    names.records.update({"shop.test": {"TXT": [SPF]}, "_dmarc.shop.test": {"TXT": ['"v=DMARC1; p=reject"']}})
    send(smtp, "Sale")
    found = recorded("Sale")
    assert {name: each.result for name, each in found.items()} == {
        "spf": "pass",
        "dkim": "none",
        "dmarc": "pass",
    }
    assert found["spf"].properties == {"smtp.mailfrom": "shop.test"}
    assert found["dmarc"].properties["header.from"] == "shop.test"
    assert subjects(alice, "inbox") == {"Sale"}


def test_what_a_domain_asks_to_refuse_is_refused(smtp: Running, names: Names, alice: Person) -> None:
    names.records.update(dmarc("reject"))
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(smtp, "Forged")
    assert (refused.value.smtp_code, refused.value.smtp_error) == (
        550,
        b"5.7.1 Not from shop.test, which asks to refuse such mail (DMARC)",
    )
    assert not Message.objects.exists()


def test_a_forged_name_spares_nothing(smtp: Running, names: Names, alice: Person) -> None:
    know(alice.account.pk, "Shop", "news@shop.test")
    names.records.update(dmarc("quarantine"))
    send(smtp, "Forged")
    assert subjects(alice, "junk") == {"Forged"}
    assert spam_marks.loads(SpamMark.objects.get().reason) == spam_marks.Reason("dmarc", ("shop.test",))
    assert recorded("Forged")["dmarc"].result == "fail"


@pytest.mark.parametrize("policy", ["none", "reject; t=y"])
def test_who_only_looks_on_is_not_obeyed(smtp: Running, names: Names, alice: Person, policy: str) -> None:
    names.records.update(dmarc(policy))
    send(smtp, "Forged")
    assert subjects(alice, "inbox") == {"Forged"}


def test_the_setting_has_the_last_word(
    smtp: Running, names: Names, alice: Person, settings: LazySettings
) -> None:
    names.records.update(dmarc("reject"))
    for handling in ("junk", "note"):
        settings.DMARC_FAILURES = handling
        with running() as other:
            send(other, handling)
    assert subjects(alice, "junk") == {"junk"}
    assert subjects(alice, "inbox") == {"note"}


def test_a_dns_in_trouble_refuses_nothing(smtp: Running, names: Names, alice: Person) -> None:
    names.records.update(dmarc("reject") | {"shop.test": SERVFAIL})
    send(smtp, "Maybe")
    found = recorded("Maybe")
    assert (found["spf"].result, found["dmarc"].result) == ("temperror", "temperror")
    names.records["_dmarc.shop.test"] = SERVFAIL
    assert subjects(alice, "inbox") == {"Maybe"}


def test_nobody_is_asked_about_our_own_networks(
    names: Names, smtp: Running, alice: Person, settings: LazySettings
) -> None:
    settings.UNCHECKED_NETWORKS = ["127.0.0.0/8"]
    with running() as other:
        send(other, "From a relay")
    assert names.questions == []
    assert b"Authentication-Results" not in bytes(Message.objects.get().prefix)


def test_what_others_say_in_our_name_is_taken_out(smtp: Running, names: Names, alice: Person) -> None:
    forged = (
        b"Authentication-Results: mx.crepes.test; dmarc=pass header.from=shop.test\r\n"
        b"authentication-results : MX.Crepes.Test 1;\r\n\tspf=pass smtp.mailfrom=shop.test\r\n"
        b"Authentication-Results: relay.test; spf=pass smtp.mailfrom=shop.test\r\n"
    )
    send(smtp, "Forged", extra=forged)
    raw = queries.blob_raw(alice.account.pk, Message.objects.get().pk)
    assert raw.lower().count(b"authentication-results") == 1
    assert b"relay.test; spf=pass" in raw
    assert raw.endswith(letter("Forged", sender="news@shop.test"))


def test_a_sender_that_readers_see_is_the_one_that_is_judged(
    smtp: Running, names: Names, alice: Person
) -> None:
    names.records.update(dmarc("reject") | {"evil.test": {"TXT": [SPF]}})
    raw = b"\r\n" + letter("Forged", sender="news@shop.test")
    with (
        smtplib.SMTP(*smtp.address, local_hostname="client.test", timeout=20) as client,
        pytest.raises(smtplib.SMTPDataError),
    ):
        client.sendmail("x@evil.test", ["alice@crepes.test"], raw)


def test_who_is_trusted_may_vouch_for_a_sender(
    smtp: Running, names: Names, alice: Person, settings: LazySettings
) -> None:
    key = sign.Key("lists.test", "s1", sign.new_key(sign.ED25519))
    names.records.update(dmarc("reject"))
    names.records["s1._domainkey.lists.test"] = {"TXT": [f'"{sign.record(key.private)}"']}
    said = "lists.test; spf=pass smtp.mailfrom=shop.test; dmarc=pass header.from=shop.test"
    raw = letter("[List] Sale", sender="news@shop.test")
    sealed = arc_seal.seal(raw, key, found=said, chain=arc.Arc("none"), at=datetime.now(UTC))
    with pytest.raises(smtplib.SMTPDataError):
        send(smtp, "[List] Sale", extra=sealed)
    settings.TRUSTED_ARC_SEALERS = ["lists.test"]
    send(smtp, "[List] Sale", extra=sealed)
    assert subjects(alice, "inbox") == {"[List] Sale"}
    found = recorded("[List] Sale")
    assert (found["arc"].result, found["dmarc"].result) == ("pass", "fail")
    assert found["dmarc"].properties["policy.arc"] == "lists.test"


def test_what_is_to_be_reported_is_counted(
    smtp: Running, names: Names, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "FLUSH_SECONDS", 0)
    names.records.update(dmarc("quarantine; rua=mailto:dmarc@shop.test"))
    send(smtp, "Forged")
    [row] = DmarcTally.objects.all()
    assert (row.domain, row.count, row.facts["row"]["disposition"]) == ("shop.test", 1, "quarantine")
    assert row.facts["row"]["ip"] == "127.0.0.1"


def test_what_was_counted_is_kept_when_the_server_ends(
    transactional_db: None, settings: LazySettings, tmp_path: Path, names: Names
) -> None:
    settings.DATA_DIR, settings.MAIL_HOSTNAME, settings.UNCHECKED_NETWORKS = tmp_path, "mx.crepes.test", []
    make_person("alice@crepes.test", "Alice")
    names.records.update(dmarc("none; rua=mailto:dmarc@shop.test"))
    with running() as smtp:
        send(smtp, "One")
        assert not DmarcTally.objects.exists()
    assert DmarcTally.objects.get().count == 1
