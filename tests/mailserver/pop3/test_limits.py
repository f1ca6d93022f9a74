"""What a client may not do, what it is told, and how the server stops."""

import asyncio
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailserver import tls
from mailserver.limits import ConnectionLimiter
from mailserver.pop3.limits import Limits

from .memory import ALICE, PASSWORD, RawClient, RunningServer, running


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[RunningServer]:
    certificate = tls.self_signed(tmp_path / "tls.pem", "pop.here.test")
    with running(tls=certificate.context, allows_plaintext=False) as server:
        yield server


def _encrypted(client: RawClient) -> RawClient:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return RawClient(context.wrap_socket(client.peer))


def test_passwords_go_under_tls(secure: RunningServer) -> None:
    client = RawClient(secure.connect())
    client.line()
    capabilities = client.lines("CAPA")
    assert "STLS" in capabilities
    assert not {"USER", "SASL"} & {line.split()[0] for line in capabilities}
    for command in (f"USER {ALICE}", f"PASS {PASSWORD}", "AUTH PLAIN AGEAYg==", "AUTH"):
        assert client.ask(command) == "-ERR Passwords are not taken in the clear: use STLS"
    assert secure.backend.claims == []
    assert client.ask("STLS") == "+OK Begin TLS now"
    inner = _encrypted(client)
    assert "STLS" not in inner.lines("CAPA")
    assert inner.ask("STLS") == "-ERR TLS is active already"
    assert inner.ask(f"USER {ALICE}").startswith("+OK")
    assert inner.ask(f"PASS {PASSWORD}").startswith("+OK")
    assert inner.ask("STLS") == "-ERR STLS is not for this state"


def test_what_was_said_in_the_clear_is_dropped(secure: RunningServer) -> None:
    client = RawClient(secure.connect())
    client.line()
    client.send(b"STLS\r\nNOOP\r\nQUIT\r\n")
    assert client.line() == "+OK Begin TLS now"
    inner = _encrypted(client)
    assert "USER" in inner.lines("CAPA")


def test_lines_are_short(server: RunningServer) -> None:
    client = RawClient(server.connect())
    client.line()
    client.send(b"USER " + b"x" * 10_000)
    assert client.line() == "-ERR [SYS/TEMP] A line is too long"
    assert client.line() == ""


def test_wrong_commands_end_a_session(client: RawClient) -> None:
    answers = [client.ask("FLY") for _ in range(10)]
    assert answers == ["-ERR There is no such command"] * 9 + ["-ERR [SYS/TEMP] Too many wrong commands"]
    assert client.line() == ""


def test_connections_of_one_address_are_counted() -> None:
    with running(limiter=ConnectionLimiter(at_once=1)) as server:
        first, second = RawClient(server.connect()), RawClient(server.connect())
        assert first.line().startswith("+OK")
        assert second.line() == "-ERR [SYS/TEMP] Too many connections from your address"
        first.close()
        second.close()


@pytest.mark.parametrize("limits", [Limits(login_seconds=0.1), Limits(idle_seconds=0.1)])
def test_who_is_silent_is_left_without_a_word(limits: Limits) -> None:
    with running(limits) as server:
        client = RawClient(server.connect())
        if limits.idle_seconds < 1:
            client.log_in()
            client.ask("DELE 1")
        else:
            client.line()
        assert client.line() == ""
        client.close()
        assert len(server.backend.messages) == 2


def test_who_does_not_read_is_left() -> None:
    with running(Limits(write_seconds=0.2)) as server:
        server.backend.messages = {1: b"x" * 50_000_000}
        client = RawClient(server.connect())
        client.log_in()
        client.ask("RETR 1")
        while server.backend.is_open:
            pass
        client.close()


def test_all_are_told_of_the_end(server: RunningServer, client: RawClient) -> None:
    client.ask("DELE 1")
    new = RawClient(server.connect())
    new.line()
    server.stop()
    for each in (client, new):
        assert each.line() == "-ERR [SYS/TEMP] Shutting down, come back soon"
        assert each.line() == ""
    assert len(server.backend.messages) == 2
    assert not server.backend.is_open
    new.close()


def test_who_has_gone_lets_go_though_the_server_stops(server: RunningServer, client: RawClient) -> None:
    free, questions = threading.Event(), server.server.service.questions
    # All threads are busy: what the session does last waits for one, as on a crowded machine.
    for _ in range(server.server.threads):
        asyncio.run_coroutine_threadsafe(questions.run(free.wait, 10), server.loop)
    client.close()
    time.sleep(0.3)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    time.sleep(0.3)
    free.set()
    stopping.join()
    assert not server.backend.is_open
