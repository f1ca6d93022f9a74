"""STARTTLS, and what was said before it."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailserver import tls

from .memory import PASSWORD, RawClient, RunningServer, running


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[RunningServer]:
    certificate = tls.self_signed(tmp_path / "tls.pem", "imap.here.test")
    with running(tls=certificate.context, allows_plaintext=False) as server:
        yield server


def _encrypted(client: RawClient) -> RawClient:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return RawClient(context.wrap_socket(client.peer))


def test_log_in_under_tls(secure: RunningServer) -> None:
    client = RawClient(secure.connect())
    assert "STARTTLS LOGINDISABLED" in client.line()
    assert client.ask("STARTTLS") == ["OK Begin TLS now"]
    inner = _encrypted(client)
    assert "AUTH=PLAIN" in inner.ask("CAPABILITY")[0]
    assert inner.ask("STARTTLS") == ["BAD TLS is active already"]
    assert inner.ask(f'LOGIN alice@here.test "{PASSWORD}"')[-1].startswith("OK")
    assert secure.backend.peers[0].is_encrypted
    assert inner.ask("SELECT INBOX")[-1].startswith("OK")


def test_what_was_said_in_the_clear_is_dropped(secure: RunningServer) -> None:
    client = RawClient(secure.connect())
    client.line()
    client.send(b"1 STARTTLS\r\n2 NOOP\r\n")
    assert client.line() == "1 OK Begin TLS now"
    inner = _encrypted(client)
    assert inner.ask("NOOP") == ["OK NOOP completed"]
