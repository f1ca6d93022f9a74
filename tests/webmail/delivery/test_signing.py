"""What leaves in the name of a domain of ours is signed, as it goes over the wire; keys change hands."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from mailserver.authenticity import arc, dkim
from mailserver.authenticity.check import Checks
from mailserver.authenticity.dmarc import Dmarc
from mailserver.authenticity.spf import Spf
from mailserver.dns import NoSuchNameError
from mailserver.message.address import parse
from mailserver.smtp.envelope import Envelope, Findings
from mailserver.smtp.envelope import Peer as Client
from tests.logs import LogWatch
from tests.mail import letter
from tests.names import Names
from tests.peer import Peer
from tests.people import Person
from webmail.delivery import attempt, inbound, scheduled, signing, submit
from webmail.delivery.directory import Directory
from webmail.delivery.submit import Handling
from webmail.models import BlobChunk, DkimKey, Message, OutboundMessage, OutboundRecipient
from webmail.store import blobs, forwarding, queries, signing_keys

from .conftest import Send, draft_to
from .test_vacation import away, deliver

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(alice: Person) -> None:
    assert signing_keys.make_missing() == 1
    assert signing_keys.make_missing() == 0


def ask(name: str) -> list[bytes]:
    """The records that belong into the DNS."""
    selector, _, domain = name.partition("._domainkey.")
    found = DkimKey.objects.filter(selector=selector, domain__name=domain).values_list("record", flat=True)
    if not found:
        raise NoSuchNameError(name)
    return [record.encode() for record in found]


def verified(raw: bytes) -> list[tuple[str, str]]:
    found = dkim.verify(raw, ask, at=timezone.now())
    return [(each.domain, each.result) for each in found]


PASSED = [("crepes.test", "pass"), ("crepes.test", "pass")]


@pytest.mark.parametrize("extensions", [("8BITMIME", "PIPELINING"), ()])
def test_what_the_peer_reads_is_what_was_signed(
    routed: Peer, send: Send, extensions: tuple[str, ...]
) -> None:
    routed.extensions = extensions
    text = "Crêpes für alle 王\n\n. a dot\nFrom here\n" + "very long " * 300 + "\n\n\n"
    send("bob@hamburger.test", subject="Crêpes 王 " * 30, text=text)
    attempt.deliver("hamburger.test")
    [message] = routed.messages
    assert message.content.startswith(b"DKIM-Signature: v=1; a=rsa-sha256;")
    assert b"a=ed25519-sha256" in message.content
    assert verified(message.content) == PASSED


def test_the_writers_own_copy_is_shared_with_neighbours(carol: Person, send: Send) -> None:
    send("carol@crepes.test")
    before = BlobChunk.objects.count()
    attempt.deliver("crepes.test")
    assert BlobChunk.objects.count() == before
    message = Message.objects.get(placements__mailbox_id=carol.mailbox("inbox"))
    assert b"\r\nDKIM-Signature: " in message.prefix
    assert verified(queries.raw(carol.account.pk, message.pk)) == PASSED


def test_a_letter_with_another_date_is_signed_anew(alice: Person, kicked: list[str]) -> None:
    at = timezone.now() + timedelta(hours=1)
    sent = submit.submit(
        alice.account.pk, draft_to("bob@hamburger.test"), submission_key="k", how=Handling(send_at=at)
    )
    scheduled.change_time(alice.account.pk, sent.pk, at + timedelta(hours=1))
    sent.refresh_from_db()
    assert verified(bytes(sent.prefix) + blobs.read(sent.blob_id)) == PASSED


def test_who_is_away_signs_too(alice: Person) -> None:
    away(alice)
    assert deliver(alice, letter("Lunch?")) == ["bob@hamburger.test"]
    answer = OutboundRecipient.objects.get().message
    assert answer.mail_from == ""
    assert verified(bytes(answer.prefix) + blobs.read(answer.blob_id)) == PASSED


def test_mail_of_others_is_not_signed(alice: Person, send: Send) -> None:
    alice.account.identities.create(address="alice@elsewhere.test")
    outbound = send("bob@hamburger.test", from_=parse("alice@elsewhere.test"))
    assert bytes(outbound.prefix) == b""


def test_a_key_that_cannot_be_read_delays_nothing(send: Send, log_watch: LogWatch) -> None:
    DkimKey.objects.filter(algorithm="rsa-sha256").update(secret="of another site")
    outbound = send("bob@hamburger.test")
    assert bytes(outbound.prefix).count(b"DKIM-Signature") == 1
    log_watch.expect("can't be unsealed")


def run(*words: str) -> str:
    out = StringIO()
    call_command("dkim", *words, stdout=out)
    return out.getvalue()


def test_a_key_changes_hands(send: Send, settings: Settings) -> None:
    [old] = DkimKey.objects.filter(algorithm="rsa-sha256")
    made = run("make", "crepes.test")
    [new] = DkimKey.objects.filter(algorithm="rsa-sha256").exclude(pk=old.pk)
    assert new.selector == f"{old.selector}2"
    assert f"; rsa-sha256, not in use\n{new.selector}._domainkey.crepes.test. IN TXT ( " in made
    assert "".join(made.partition(" IN TXT ")[2].split('"')[1::2]) == new.record
    with Names({f"{new.selector}._domainkey.crepes.test": {"TXT": ['"v=DKIM1; p=AAAA"']}}) as names:
        settings.DNS_RESOLVER = names.server
        with pytest.raises(CommandError, match="the DNS does not have the record"):
            run("activate", "crepes.test", new.selector)
    strings = " ".join(f'"{new.record[start : start + 200]}"' for start in range(0, len(new.record), 200))
    with Names({f"{new.selector}._domainkey.crepes.test": {"TXT": [strings]}}) as names:
        settings.DNS_RESOLVER = names.server
        text = run("activate", "crepes.test", new.selector)
    assert f"crepes.test signs with {new.selector} from now on" in text
    assert f"{old.selector} is retired; leave its record in the DNS until" in text
    prefix = bytes(send("bob@hamburger.test").prefix)
    assert f"s={new.selector};".encode() in prefix
    assert f"s={old.selector};".encode() not in prefix
    assert prefix.count(b"DKIM-Signature:") == 2
    run("retire", "crepes.test", new.selector)
    assert bytes(send("bob@hamburger.test").prefix).count(b"DKIM-Signature:") == 1
    listed = run("list")
    assert listed.count("retired") == 2
    with pytest.raises(CommandError, match="there is no"):
        run("retire", "crepes.test", "nowhere")
    with pytest.raises(CommandError, match="there is no"):
        run("make", "nowhere.test")


def test_a_retired_key_is_needed_for_what_waits(send: Send) -> None:
    outbound = send("bob@hamburger.test")
    assert signing.needed_until() - timezone.now() > timedelta(days=6)
    late = timezone.now() + timedelta(days=40)
    OutboundMessage.objects.filter(pk=outbound.pk).update(expires_at=late)
    assert signing.needed_until() == late


def test_what_is_handed_on_says_what_was_found(alice: Person) -> None:
    account = alice.account
    to = forwarding.ask(account.pk, "a@else.test", [alice.address])
    forwarding.verify(to.pk, "a@else.test")
    forwarding.take_all(account.pk, to.pk, keeps_copy=True)
    found = Checks(
        Spf("pass", "hamburger.test"),
        (),
        Dmarc("pass", "hamburger.test", "reject", "hamburger.test", spf=True),
    )
    for number, checks in enumerate((found, None)):
        peer = Client("192.0.2.1", 1, "client.test")
        raw = letter("Lunch?", number=number)
        envelope = Envelope(
            peer,
            "bob@hamburger.test",
            (alice.address,),
            raw,
            timezone.now(),
            findings=Findings(checks=checks),
        )
        [reply] = inbound.receive([inbound.read(envelope)], Directory())
        assert reply.code == 250
    sealed, bare = OutboundMessage.objects.order_by("pk")
    assert b"ARC-Seal" not in bytes(bare.prefix)
    chain = arc.verify(bytes(sealed.prefix) + blobs.read(sealed.blob_id), ask, at=timezone.now())
    assert (chain.result, chain.length) == ("pass", 1)
    assert chain.links[0].domain == "crepes.test"
    assert arc.voucher(chain, "hamburger.test", {"crepes.test"}) == "crepes.test"
    assert chain.links[0].results.server == "mx.crepes.test"
