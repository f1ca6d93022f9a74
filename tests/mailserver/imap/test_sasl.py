"""AUTHENTICATE with SCRAM-SHA-256 and LOGIN (RFC 7677)."""

import base64
import hashlib
import hmac

import pytest

from .memory import PASSWORD, RawClient, RunningServer

FIRST = "n,,n={name},r=abcdefgh"


def scram(client: RawClient, name: str, password: str, *, at_once: bool) -> list[str]:
    """Speak SCRAM as a client does; the lines that came, with the words of the server decoded."""
    first = FIRST.format(name=name)
    if at_once:
        client.send(f"s AUTHENTICATE SCRAM-SHA-256 {_encoded(first)}\r\n".encode())
    else:
        client.send(b"s AUTHENTICATE SCRAM-SHA-256\r\n")
        assert client.line() == "+ "
        client.send(f"{_encoded(first)}\r\n".encode())
    said = [_decoded(client.line())]
    nonce, salt, iterations = (word[2:] for word in said[0].split(","))
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(iterations))
    key = hmac.digest(salted, b"Client Key", "sha256")
    last = f"c=biws,r={nonce}"
    message = f"{first[3:]},{said[0]},{last}".encode()
    signature = hmac.digest(hashlib.sha256(key).digest(), message, "sha256")
    proof = bytes(one ^ other for one, other in zip(key, signature, strict=True))
    client.send(f"{_encoded(f'{last},p={base64.b64encode(proof).decode()}')}\r\n".encode())
    line = client.line()
    if line.startswith("+ "):
        expected = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), message, "sha256")
        assert _decoded(line) == f"v={base64.b64encode(expected).decode()}"
        client.send(b"\r\n")
        line = client.line()
    return [*said, line]


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _decoded(line: str) -> str:
    return base64.b64decode(line.removeprefix("+ ")).decode()


@pytest.mark.parametrize("at_once", [True, False])
def test_scram(server: RunningServer, at_once: bool) -> None:
    client = RawClient(server.connect())
    client.line()
    assert scram(client, "alice@here.test", "wrong", at_once=at_once)[-1].startswith(
        "s NO [AUTHENTICATIONFAILED]"
    )
    assert scram(client, "bob@here.test", PASSWORD, at_once=at_once)[-1].startswith("s NO ")
    assert client.ask("SELECT INBOX") == ["BAD SELECT is not for this state"]
    assert scram(client, "alice@here.test", PASSWORD, at_once=at_once)[-1].startswith("s OK [CAPABILITY ")
    assert client.ask("SELECT INBOX")[-1].startswith("OK")
    client.close()


def test_login_asks_for_name_and_password(server: RunningServer) -> None:
    client = RawClient(server.connect())
    client.line()
    client.send(b"a AUTHENTICATE LOGIN\r\n")
    assert _decoded(client.line()) == "Username:"
    client.send(f"{_encoded('alice@here.test')}\r\n".encode())
    assert _decoded(client.line()) == "Password:"
    client.send(f"{_encoded(PASSWORD)}\r\n".encode())
    assert client.line().startswith("a OK")
    client.close()
