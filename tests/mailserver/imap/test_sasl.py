"""AUTHENTICATE with SCRAM-SHA-256 and LOGIN (RFC 7677)."""

import pytest

from tests.mailserver.scram import decoded, encoded, scram

from .memory import PASSWORD, RawClient, RunningServer


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
    assert decoded(client.line()) == "Username:"
    client.send(f"{encoded('alice@here.test')}\r\n".encode())
    assert decoded(client.line()) == "Password:"
    client.send(f"{encoded(PASSWORD)}\r\n".encode())
    assert client.line().startswith("a OK")
    client.close()
