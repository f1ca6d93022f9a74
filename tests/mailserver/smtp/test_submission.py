"""Submission: who may send, over what, and that nothing said before TLS or log-in counts."""

import base64
import hashlib
import hmac
import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailserver import tls
from mailserver.sasl import PlaintextAuth
from mailserver.smtp.envelope import Wishes
from tests import dialogue
from tests.logs import LogWatch

from .memory import RawClient, RunningServer, running, until

PLAIN = "AUTH PLAIN AGFsaWNlAHNlY3JldA=="


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running(tmp_path, submission=True, plaintext_auth=PlaintextAuth.LOOPBACK) as run:
        yield run


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[RunningServer]:
    """As on port 587: nothing before STARTTLS."""
    certificate = tls.self_signed(tmp_path / "tls.pem", "mx.here.test")
    with running(tmp_path, submission=True, tls=certificate.context) as run:
        yield run


@pytest.fixture
def wrapped(tmp_path: Path) -> Iterator[RunningServer]:
    """As on port 465: TLS first."""
    certificate = tls.self_signed(tmp_path / "tls.pem", "mx.here.test")
    with running(tmp_path, submission=True, tls=certificate.context, tls_first=True) as run:
        yield run


def trusting(path: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(path / "tls.pem"))
    context.check_hostname = False
    return context


@pytest.mark.parametrize("name", ["submission_auth", "submission_guess"])
def test_dialogue(name: str, server: RunningServer) -> None:
    dialogue.run(name, server.connect())


def test_dialogue_without_tls(secured: RunningServer) -> None:
    dialogue.run("submission_plaintext", secured.connect())


def test_what_is_kept_of_an_envelope(server: RunningServer) -> None:
    dialogue.run("submission_auth", server.connect())
    first, second = server.backend.stored
    assert (first.options["ENVID"], first.options["RET"]) == ("QQ314159", "HDRS")
    assert first.wishes == {"bob@there.test": Wishes("SUCCESS,DELAY", "bob+news@there.test")}
    assert second.wishes == {}
    assert first.peer.login is not None
    assert first.peer.login.name == "alice"


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [(PlaintextAuth.NEVER, False), (PlaintextAuth.LOOPBACK, True), (PlaintextAuth.ALWAYS, True)],
)
def test_passwords_without_tls(tmp_path: Path, policy: PlaintextAuth, allowed: bool) -> None:
    with running(tmp_path, submission=True, plaintext_auth=policy) as run:
        client = RawClient(run.connect())
        client.reply()
        assert ("AUTH" in client.ask("EHLO laptop.test")) == allowed
        assert client.ask(PLAIN).startswith("235" if allowed else "538")
        client.close()


@pytest.mark.parametrize(
    ("ip", "allowed"),
    [("127.0.0.1", True), ("127.9.0.1", True), ("::1", True), ("10.0.0.1", False), ("", False)],
)
def test_what_is_loopback(ip: str, allowed: bool) -> None:
    assert PlaintextAuth.LOOPBACK.allows(ip) == allowed


def test_smtplib_by_starttls(secured: RunningServer, tmp_path: Path) -> None:
    with smtplib.SMTP(*secured.address, timeout=10) as client:
        client.starttls(context=trusting(tmp_path))
        client.login("alice", "secret")
        for text in ("one", "two"):
            client.sendmail("alice@here.test", ["bob@there.test"], f"Subject: {text}\r\n\r\n")
    assert [envelope.content for envelope in secured.backend.stored] == [
        b"Subject: one\r\n\r\n",
        b"Subject: two\r\n\r\n",
    ]
    assert secured.backend.stored[0].peer.tls.startswith("TLSv1.")


def test_smtplib_with_tls_first(wrapped: RunningServer, tmp_path: Path) -> None:
    with smtplib.SMTP_SSL(*wrapped.address, context=trusting(tmp_path), timeout=10) as client:
        client.ehlo()
        assert not client.has_extn("starttls")
        assert client.docmd("STARTTLS")[0] == 503
        client.login("alice", "secret")
        client.sendmail("alice@here.test", ["bob@there.test"], b"\r\n" + b"x\r\n" * 30_000)
    [envelope] = wrapped.backend.stored
    assert envelope.peer.tls.startswith("TLSv1.")
    assert envelope.peer.ip == "127.0.0.1"


def test_nothing_said_before_tls_counts(secured: RunningServer, tmp_path: Path) -> None:
    plain = RawClient(secured.connect())
    plain.reply()
    plain.ask("EHLO laptop.test")
    plain.send(f"STARTTLS\r\nEHLO evil.test\r\n{PLAIN}\r\nMAIL FROM:<alice@here.test>\r\n".encode())
    assert plain.answers.readline() == b"220 Ready to start TLS\r\n"
    inside = RawClient(trusting(tmp_path).wrap_socket(plain.peer))
    assert inside.ask("MAIL FROM:<alice@here.test>").startswith("530 5.7.0 Authentication required")
    assert inside.ask(PLAIN).startswith("503 5.5.1 EHLO")
    assert inside.ask("EHLO laptop.test").startswith("250")
    assert inside.ask(PLAIN).startswith("235")
    inside.close()
    plain.close()


def test_who_has_logged_in_needs_no_tls_any_more(tmp_path: Path) -> None:
    certificate = tls.self_signed(tmp_path / "tls.pem", "mx.here.test")
    with running(
        tmp_path, submission=True, tls=certificate.context, plaintext_auth=PlaintextAuth.ALWAYS
    ) as run:
        client = RawClient(run.connect())
        client.reply()
        client.ask("EHLO laptop.test")
        assert client.ask(PLAIN).startswith("235")
        assert client.ask("STARTTLS").startswith("503")
        client.close()


def test_what_is_no_handshake_leaves_nothing_behind(wrapped: RunningServer) -> None:
    for said in (b"EHLO laptop.test\r\n", b"\x16\x03\x01", b""):
        client = wrapped.connect()
        client.sendall(said)
        client.shutdown(socket.SHUT_WR)
        while client.recv(1000):
            pass
        client.close()
        until(lambda: not wrapped.server.service.connections)


def test_a_stop_does_not_wait_for_a_handshake(wrapped: RunningServer) -> None:
    client = wrapped.connect()
    until(lambda: len(wrapped.server.service.connections) == 1)
    wrapped.stop()
    assert client.recv(100) == b""
    client.close()


@pytest.mark.parametrize("tls_first", [False, True])
def test_a_renewed_certificate_is_shown_and_nobody_is_dropped(tmp_path: Path, tls_first: bool) -> None:
    path = tmp_path / "tls.pem"
    certificate = tls.self_signed(path, "mx.here.test")

    def connect() -> smtplib.SMTP:
        if tls_first:
            return smtplib.SMTP_SSL(*run.address, context=trusting(tmp_path), timeout=10)
        client = smtplib.SMTP(*run.address, timeout=10)
        client.starttls(context=trusting(tmp_path))
        return client

    def shown(client: smtplib.SMTP) -> bytes | None:
        assert isinstance(client.sock, ssl.SSLSocket)
        return client.sock.getpeercert(binary_form=True)

    with running(tmp_path, submission=True, tls=certificate.context, tls_first=tls_first) as run:
        before = connect()
        path.unlink()
        tls.self_signed(path, "mx.here.test")
        os.utime(path, (2_000_000_000, 2_000_000_000))
        after = connect()
        assert shown(before) != shown(after)
        for client in (before, after):
            client.login("alice", "secret")
            client.sendmail("alice@here.test", ["bob@there.test"], b"Subject: x\r\n\r\n")
            client.quit()
        assert len(run.backend.stored) == 2


def scram(client: RawClient, password: str, *, first: str = "n,,n=alice,r=abcdefgh") -> list[str]:
    """Log in as RFC 5802 says; the server's lines."""
    said = [client.ask(f"AUTH SCRAM-SHA-256 {base64.b64encode(first.encode()).decode()}")]
    server_first = base64.b64decode(said[0].removeprefix("334 ")).decode()
    nonce, salt, rounds = (word[2:] for word in server_first.split(","))
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    key = hmac.digest(salted, b"Client Key", "sha256")
    without_proof = f"c=biws,r={nonce}"
    message = f"{first[3:]},{server_first},{without_proof}".encode()
    signature = hmac.digest(hashlib.sha256(key).digest(), message, "sha256")
    proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature, strict=True))).decode()
    said.append(client.ask(base64.b64encode(f"{without_proof},p={proof}".encode()).decode()))
    if said[-1].startswith("334 "):
        server_key = hmac.digest(salted, b"Server Key", "sha256")
        proves = b"v=" + base64.b64encode(hmac.digest(server_key, message, "sha256"))
        assert base64.b64decode(said[-1].removeprefix("334 ")) == proves
        said.append(client.ask(""))
    return said


def test_scram(server: RunningServer) -> None:
    client = RawClient(server.connect())
    client.reply()
    client.ask("EHLO laptop.test")
    assert scram(client, "wrong")[-1].startswith("535")
    assert scram(client, "secret", first="n,,n=bob,r=abcdefgh")[-1].startswith("535")
    assert client.ask("MAIL FROM:<alice@here.test>").startswith("530")
    assert scram(client, "secret")[-1].startswith("235")
    assert client.ask("MAIL FROM:<alice@here.test>").startswith("250")
    client.close()


def test_a_client_that_does_not_believe_us_is_not_logged_in(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = RawClient(server.connect())
    client.reply()
    client.ask("EHLO laptop.test")
    ask = client.ask
    monkeypatch.setattr(client, "ask", lambda line: ask(line or "*"))
    assert scram(client, "secret")[-1].startswith("501 5.7.0")
    assert client.ask("MAIL FROM:<alice@here.test>").startswith("530")
    client.close()


def test_a_backend_that_fails_tells_nothing(server: RunningServer, log_watch: LogWatch) -> None:
    log_watch.expect("The backend failed to answer")
    client = RawClient(server.connect())
    client.reply()
    client.ask("EHLO laptop.test")
    broken = base64.b64encode(b"\0broken\0secret").decode()
    assert client.ask(f"AUTH PLAIN {broken}") == "451 4.3.0 Local trouble, try again later"
    client.close()
