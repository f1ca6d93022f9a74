"""ManageSieve as it is spoken: written dialogues, TLS, and what is too much."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from mailserver.managesieve.limits import Limits
from tests import dialogue
from tests.logs import LogWatch
from tests.mailserver.running import LineClient
from tests.mailserver.scram import scram

from .conftest import RunningServer

LOGIN = b'AUTHENTICATE "PLAIN" "AGJvYgBvcGVuIHNlc2FtZQ=="\r\n'


class SieveClient(LineClient):
    """Says in strings what SCRAM says in lines."""

    def send(self, octets: bytes) -> None:
        *command, response = octets.removesuffix(b"\r\n").split(b" ")
        super().send(
            b" ".join(
                [
                    *(b'"%b"' % word if number else word for number, word in enumerate(command)),
                    b'"%b"' % response,
                ]
            )
            + b"\r\n"
        )

    def line(self) -> str:
        said = super().line()
        return f"+ {said[1:-1]}" if said.startswith('"') else said


type Serve = Callable[..., RunningServer]


def until(peer: socket.socket, ending: bytes) -> bytes:
    """All that is said up to a line that begins like this, or to the end."""
    said = b""
    while not (said.endswith(b"\r\n") and said.splitlines()[-1].startswith(ending)):
        part = peer.recv(4096)
        if not part:
            break
        said += part
    return said


def test_a_session(serve: Serve, log_watch: LogWatch) -> None:
    log_watch.expect("AUTHENTICATE failed")
    server = serve()
    dialogue.run("managesieve_session", server.connect())
    assert server.backend.kept == {"规则": "# 你好\r\nstop;"}
    assert server.backend.asked[-1] == ("bob", "open sesame", "127.0.0.1")


def test_odd_commands(serve: Serve) -> None:
    server = serve()
    dialogue.run("managesieve_odd", server.connect())
    assert server.backend.asked == []


def test_a_password_waits_for_tls(serve: Serve, tmp_path: Path) -> None:
    server = serve(plain=False)
    plain = server.connect()
    assert b'"SASL" ""\r\n' in until(plain, b"OK")
    plain.sendall(LOGIN)
    assert until(plain, b"NO") == b'NO (ENCRYPT-NEEDED) "Begin TLS first"\r\n'
    plain.sendall(b"STARTTLS\r\n")
    assert until(plain, b"OK") == b'OK "Begin TLS negotiation now"\r\n'
    trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    with trusting.wrap_socket(plain, server_hostname="sieve.test") as peer:
        told = until(peer, b"OK")
        assert b'"SASL" "SCRAM-SHA-256 PLAIN LOGIN"' in told
        assert b"STARTTLS" not in told
        peer.sendall(b"STARTTLS\r\n")
        assert until(peer, b"NO").startswith(b"NO")
        peer.sendall(LOGIN)
        assert until(peer, b"OK") == b'OK "Logged in"\r\n'
        peer.sendall(b"LOGOUT\r\n")
        assert until(peer, b"never") == b'OK "Goodbye"\r\n'


def test_what_was_said_before_tls_is_not_heard_after_it(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    with server.connect() as plain:
        until(plain, b"OK")
        plain.sendall(b"STARTTLS\r\n" + LOGIN)
        assert until(plain, b"OK") == b'OK "Begin TLS negotiation now"\r\n'
        trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
        with trusting.wrap_socket(plain, server_hostname="sieve.test") as peer:
            assert b'"SASL" "SCRAM-SHA-256' in until(peer, b"OK")
    assert server.backend.asked == []


def test_scram(serve: Serve) -> None:
    server = serve()
    for password, last in (("wrong", "NO"), ("open sesame", "OK")):
        client = SieveClient(server.connect())
        while client.answers.readline() != b'OK "Postillion ManageSieve"\r\n':
            pass
        assert scram(client, "bob", password, at_once=True, command="AUTHENTICATE")[-1].startswith(last)
        client.close()


@pytest.mark.parametrize(
    ("said", "last_word"),
    [
        (b"NOOP\n", b"Lines end with CR LF"),
        (b"x" * 9000, b"A line is too long"),
        (b"AUTHENTICATE {9000+}\r\n", b"The literal is too large"),
        (b"NOOP {99999999999+}\r\n", b""),
        (b'NOOP "a" "b" "c" {1+}\r\n', b"The literal is too large"),
        (LOGIN + b'PUTSCRIPT "a" {2000000+}\r\n', b"The literal is too large"),
    ],
)
def test_too_much_ends_it(serve: Serve, said: bytes, last_word: bytes) -> None:
    with serve().connect() as peer:
        until(peer, b"OK")
        peer.sendall(said)
        if last_word:
            assert b'BYE "%b"' % last_word in until(peer, b"BYE")
        else:
            assert until(peer, b"NO").startswith(b"NO")


def test_who_says_nothing_is_let_go(serve: Serve) -> None:
    server = serve(limits=Limits(login_seconds=0.3, idle_seconds=0.3, line_seconds=0.3))
    # A word that is never finished is no command.
    for said in (b"", LOGIN[:5], LOGIN):
        with server.connect() as peer:
            until(peer, b"OK")
            peer.sendall(said)
            assert until(peer, b"BYE").endswith(b'BYE "You were silent for too long"\r\n')


def test_who_comes_too_often_is_told(serve: Serve) -> None:
    server = serve()
    peers = [server.connect() for _ in range(31)]
    assert until(peers[-1], b"BYE") == b'BYE "Too many connections"\r\n'
    for peer in peers:
        peer.close()


def test_who_leaves_in_the_middle_leaves_nothing(serve: Serve) -> None:
    server = serve()
    with server.connect() as peer:
        until(peer, b"OK")
        peer.sendall(LOGIN + b'PUTSCRIPT "a" {100+}\r\nkeep;')
        until(peer, b"OK")
    with server.connect() as peer:
        until(peer, b"OK")
    assert server.backend.kept == {"main": "keep;\r\n"}


def test_who_would_not_be_let_in_any_more_is_told_so(serve: Serve) -> None:
    server = serve()
    with server.connect() as peer:
        until(peer, b"OK")
        peer.sendall(LOGIN)
        until(peer, b"OK")
        server.backend.admission.take_back()
        assert until(peer, b"BYE") == b'BYE "What you logged in with is no longer valid"\r\n'
