"""STARTTLS: nothing said before it survives (RFC 3207 §4.2)."""

import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailserver import tls
from mailserver.message.tls_wish import TlsWish

from .memory import RawClient, RunningServer, running

LAX = b"TLS-Required: No\r\nSubject: 1\r\n\r\nhello\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running(tmp_path, tls=tls.self_signed(tmp_path / "tls.pem", "mx.here.test").context) as run:
        yield run


def _context(path: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(path / "tls.pem"))
    context.check_hostname = False
    return context


def test_smtplib_over_tls(server: RunningServer, tmp_path: Path) -> None:
    content = b"Subject: secret\r\n\r\n" + b"x" * 70 + b"\r\n" * 2000
    with smtplib.SMTP(*server.address, timeout=10) as client:
        client.starttls(context=_context(tmp_path))
        client.ehlo()
        assert not client.has_extn("starttls")
        client.sendmail("a@there.test", ["bob@here.test", "carol@here.test"], content)
        client.sendmail("a@there.test", ["bob@here.test"], b"second")
    first, second = server.backend.stored
    assert first.content == content
    assert first.recipients == ("bob@here.test", "carol@here.test")
    assert first.peer.tls.startswith("TLSv1.")
    assert first.peer.ip == "127.0.0.1"
    assert second.content == b"second\r\n"


def test_what_was_said_before_is_forgotten(server: RunningServer, tmp_path: Path) -> None:
    plain = RawClient(server.connect())
    plain.reply()
    plain.ask("EHLO client.test")
    plain.ask("MAIL FROM:<evil@there.test>")
    plain.send(b"STARTTLS\r\nRCPT TO:<bob@here.test>\r\nNOOP\r\n")
    assert plain.answers.readline() == b"220 Ready to start TLS\r\n"
    secured = RawClient(_context(tmp_path).wrap_socket(plain.peer))
    assert secured.ask("RCPT TO:<bob@here.test>").startswith("503 5.5.1 MAIL first")
    assert secured.ask("MAIL FROM:<a@there.test>").startswith("503 5.5.1 EHLO")
    assert secured.ask("EHLO client.test").startswith("250")
    assert secured.ask("STARTTLS").startswith("503")
    assert secured.ask("QUIT").startswith("221")
    secured.close()
    plain.close()


def test_a_handshake_that_fails_ends_the_connection(server: RunningServer) -> None:
    client = RawClient(server.connect())
    client.reply()
    client.ask("EHLO client.test")
    assert client.ask("STARTTLS").startswith("220")
    client.send(b"MAIL FROM:<a@there.test>\r\n")
    rest = client.answers.read()
    assert b"250" not in rest
    client.close()


def test_a_client_that_leaves_after_the_dot_over_tls(server: RunningServer, tmp_path: Path) -> None:
    with smtplib.SMTP(*server.address, timeout=10) as client:
        client.starttls(context=_context(tmp_path))
        client.ehlo()
        client.mail("a@there.test")
        client.rcpt("bob@here.test")
        client.docmd("DATA")
        client.send(b"x\r\n.\r\n")
        client.close()
    server.stop()
    assert len(server.backend.stored) == 1


def test_a_demand_for_tls_is_taken_where_it_is_kept(server: RunningServer, tmp_path: Path) -> None:
    with smtplib.SMTP(*server.address, timeout=10) as client:
        client.ehlo()
        assert not client.has_extn("requiretls")
        assert client.mail("a@there.test", ["REQUIRETLS"])[0] == 530
        client.starttls(context=_context(tmp_path))
        client.ehlo()
        assert client.has_extn("requiretls")
        assert client.mail("a@there.test", ["REQUIRETLS=yes"])[0] == 501
        client.sendmail("a@there.test", ["bob@here.test"], LAX, mail_options=["REQUIRETLS"])
        client.sendmail("a@there.test", ["bob@here.test"], LAX)
        client.sendmail("a@there.test", ["bob@here.test"], b"TLS-Required: No\r\n" + LAX)
    wishes = [envelope.tls_wish for envelope in server.backend.stored]
    assert wishes == [TlsWish.REQUIRED, TlsWish.OPTIONAL, TlsWish.AS_USUAL]
