"""What a letter asks of encryption is kept on its whole way (RFC 8689)."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.envelope import Envelope
from mailserver.smtp.envelope import Peer as From
from tests.certificate import server_context
from tests.mail import letter
from tests.peer import Peer
from tests.people import Person
from webmail.delivery import attempt, inbound, trace
from webmail.delivery.directory import Directory
from webmail.models import OutboundMessage
from webmail.store import accounts, blobs

from .conftest import Send
from .test_wishes import reports

DAN = "dan@crepes.test"
CLIENT = From("192.0.2.1", 25)


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("forward", "onward", "resend", "way.kick"):
        monkeypatch.setattr(f"webmail.delivery.{module}.kick", lambda _domains: None)


def test_what_demands_tls_fails_alone_and_its_text_does_not_come_back(
    send: Send, routed: Peer, alice: Person, client: Client
) -> None:
    client.force_login(alice.user)
    secret = send("bob@hamburger.test", tls_wish=TlsWish.REQUIRED, subject="secret")
    plain = send("bob@hamburger.test", subject="plain")
    attempt.deliver("hamburger.test")
    assert [b"Subject: plain" in message.content for message in routed.messages] == [True]
    assert plain.recipients.get().state == "delivered"
    [report] = reports(alice)
    assert b"Status: 5.7.10" in report
    assert b"text/rfc822-headers" in report
    [lane] = trace.trace(alice.account.pk, secret.sent_message_id or 0)
    assert lane.lacks_tls
    page = client.get(f"/messages/{secret.sent_message_id}/trace/").content.decode()
    assert "The way to hamburger.test is not encrypted as it has to be." in page
    assert "Only over verified TLS" in page
    client.post(f"/outbox/recipients/{lane.id}/again/", {"address": "bob@hamburger.test", "any_way": ""})
    attempt.deliver("hamburger.test")
    assert b"Subject: secret" in routed.messages[-1].content


@pytest.mark.parametrize(
    ("extensions", "code"), [(("REQUIRETLS", "PIPELINING"), 250), (("PIPELINING",), 550)]
)
def test_it_is_promised_to_the_next_server(
    extensions: tuple[str, ...], code: int, send: Send, settings: Settings, tmp_path: Path
) -> None:
    outbound = send("bob@hamburger.test", tls_wish=TlsWish.REQUIRED)
    with Peer(tls=server_context(tmp_path), extensions=extensions) as peer:
        settings.MAIL_ROUTES = f"hamburger.test=127.0.0.1:{peer.port}"
        attempt.deliver("hamburger.test")
    tried = outbound.recipients.get().attempts.get()
    assert (tried.code, tried.enhanced_code == "5.7.30") == (code, code == 550)
    assert any(" REQUIRETLS" in line for line in peer.commands[0]) == (code == 250)


def test_what_is_handed_on_keeps_its_wish(alice: Person, settings: Settings) -> None:
    accounts.add_alias("dan@crepes.test", "dan@hamburger.test")
    for number, options in enumerate(({"REQUIRETLS": ""}, {})):
        raw = b"TLS-Required: No\r\n" + letter("secret", number=number)
        found = Envelope(CLIENT, "bob@there.test", (DAN,), raw, timezone.now(), options=options)
        assert inbound.receive([inbound.read(found)], Directory())[0].positive
    assert wishes() == ["required", "optional"]
    with Peer() as peer:
        settings.MAIL_ROUTES = f"hamburger.test=127.0.0.1:{peer.port}"
        attempt.deliver("hamburger.test")
    assert len(peer.messages) == 1
    # The report to who wrote asks for the same, and has no text.
    report = OutboundMessage.objects.latest("pk")
    assert (report.mail_from, report.tls_wish) == ("", "required")
    assert b"text/rfc822-headers" in blobs.read(report.blob_id)


def wishes() -> list[str]:
    return list(OutboundMessage.objects.order_by("pk").values_list("tls_wish", flat=True))
