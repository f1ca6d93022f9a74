"""What a session may use, and what is said when it wants more."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mailserver.limits import ConnectionLimiter, network
from mailserver.smtp.limits import KIB, MIB, Limits
from mailserver.smtp.replies import TOO_LARGE
from tests.logs import LogWatch

from .memory import RawClient, RunningServer, running

MAIL = b"Subject: x\r\n\r\n"


def test_long_lines_are_taken_and_overlong_are_not(client: RawClient, server: RunningServer) -> None:
    line = b"x" * (64 * KIB) + b"\r\n"
    client.begin_data()
    client.send(MAIL + line + b".\r\n")
    assert client.reply() == "250 2.0.0 Message stored"
    assert server.backend.stored[0].content == MAIL + line
    for surplus in (b"x", b"x" * MIB):
        client.ask("MAIL FROM:<a@there.test>")
        client.ask("RCPT TO:<bob@here.test>")
        client.ask("DATA")
        client.send(MAIL + surplus + line + b".\r\n")
        assert client.reply().startswith("500 5.5.2 Line of text")
    assert len(server.backend.stored) == 1


def test_content_comes_in_any_pieces(client: RawClient, server: RunningServer) -> None:
    content = MAIL + b"..a\r\n\r\n...\r\n.b\r\nx" * 5 + b"\r\n"
    for size in (1, 2, 3, 5, 7):
        if size > 1:
            client.ask("MAIL FROM:<a@there.test>")
            client.ask("RCPT TO:<bob@here.test>")
            client.ask("DATA")
        else:
            client.begin_data()
        octets = content + b".\r\n"
        for start in range(0, len(octets), size):
            client.send(octets[start : start + size])
            time.sleep(0.0002)
        assert client.reply() == "250 2.0.0 Message stored"
    expected = content.replace(b"\r\n.", b"\r\n")
    assert [envelope.content for envelope in server.backend.stored] == [expected] * 5


def test_an_empty_message_is_a_message(client: RawClient, server: RunningServer) -> None:
    client.begin_data()
    client.send(b".\r\n")
    assert client.reply() == "250 2.0.0 Message stored"
    assert server.backend.stored[0].content == b""


def test_large_content_waits_in_a_file_and_stays_exact(client: RawClient, server: RunningServer) -> None:
    content = MAIL + bytes(range(32, 127)) * 3 + b"\r\n" + (b"x" * 75 + b"\r\n") * 40_000
    client.begin_data()
    client.send(content + b".\r\n")
    assert client.reply() == "250 2.0.0 Message stored"
    assert server.backend.stored[0].content == content
    assert server.server.service.budget.used == 0


def test_too_large_is_said_at_the_end(tmp_path: Path) -> None:
    with running(tmp_path, Limits(message_bytes=100 * KIB)) as server:
        client = RawClient(server.connect())
        client.begin_data()
        client.send((b"x" * 75 + b"\r\n") * 2000 + b".\r\n")
        assert client.reply() == "552 5.3.4 Message is too large"
        assert client.ask("NOOP").startswith("250")
        assert server.server.service.budget.used == 0
        client.close()


@pytest.mark.parametrize("chunked", [False, True], ids=["DATA", "BDAT"])
def test_the_backend_hears_once_of_content_that_was_not_taken(chunked: bool, tmp_path: Path) -> None:
    content = b"x" * 998 + b"\r\n"
    with running(tmp_path, Limits(message_bytes=500)) as server:
        client = RawClient(server.connect())
        client.reply()
        client.ask("EHLO client.test")
        client.ask("MAIL FROM:<a@there.test>")
        for name in ("jones", "nobody", "smith"):
            client.ask(f"RCPT TO:<{name}@here.test>")
        if not chunked:
            client.ask("DATA")
        client.send(b"BDAT 1000\r\n" + content if chunked else content + b".\r\n")
        assert client.reply() == TOO_LARGE.line()
        assert client.ask("RSET").startswith("250")
        client.close()
    assert server.backend.turned_away == [("a@there.test", ("jones@here.test", "smith@here.test"), TOO_LARGE)]


def test_past_the_budget_in_flight_mail_is_asked_to_wait(tmp_path: Path) -> None:
    with running(tmp_path, Limits(in_flight_bytes=100 * KIB)) as server:
        first, second = RawClient(server.connect()), RawClient(server.connect())
        first.begin_data()
        first.send((b"x" * 75 + b"\r\n") * 1300)
        _until(lambda: server.server.service.budget.used > 90 * KIB)
        second.begin_data()
        second.send((b"x" * 75 + b"\r\n") * 1000 + b".\r\n")
        assert second.reply().startswith("452 4.3.1")
        first.send(b".\r\n")
        assert first.reply().startswith("250")
        assert server.server.service.budget.used == 0
        first.close()
        second.close()


def test_low_disk_is_said_before_data(tmp_path: Path) -> None:
    with running(tmp_path, Limits(free_disk_bytes=1 << 60)) as server:
        client = RawClient(server.connect())
        client.reply()
        client.ask("EHLO client.test")
        assert client.ask("MAIL FROM:<a@there.test>").startswith("452 4.3.1")
        client.close()


def test_recipients_past_the_limit_are_asked_to_wait(tmp_path: Path) -> None:
    with running(tmp_path, Limits(recipients=3)) as server:
        client = RawClient(server.connect())
        client.reply()
        client.ask("EHLO client.test")
        client.ask("MAIL FROM:<a@there.test>")
        answers = [client.ask(f"RCPT TO:<user{number}@here.test>") for number in range(5)]
        assert [answer[:9] for answer in answers] == ["250 2.1.5"] * 3 + ["452 4.5.3"] * 2
        client.close()


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        (b"Received: by x\r\n" * 50, "250"),
        (b"Received: by x\r\n" * 51, "554 5.4.6"),
        (b"X: y\r\n" * 2001, "552 5.3.4"),
        (b"X: " + (b"y" * 900 + b"\r\n ") * 120 + b"\r\n", "552 5.3.4"),
        ((b"X: " + b"y" * 2000 + b"\r\n") * 600, "552 5.3.4"),
        (b"X: " + (b"y" * 900 + b"\r\n ") * 110 + b"\r\n", "250"),
    ],
    ids=["hops", "too-many-hops", "fields", "field", "header", "long-field"],
)
def test_header_limits(header: bytes, answer: str, client: RawClient) -> None:
    client.begin_data()
    client.send(header + b"\r\nReceived: in the body\r\n.\r\n")
    assert client.reply().startswith(answer)


def test_junk_commands_are_bounded(client: RawClient) -> None:
    client.reply()
    answers = [client.ask("NOOP") for _ in range(101)]
    assert answers[99].startswith("250")
    assert answers[100].startswith("421 4.7.0")
    assert client.reply() == ""


def test_connections_of_one_address(tmp_path: Path) -> None:
    with running(tmp_path, limiter=ConnectionLimiter(at_once=2, a_minute=4)) as server:
        first, second, third = (RawClient(server.connect()) for _ in range(3))
        assert first.reply().startswith("220")
        assert second.reply().startswith("220")
        assert third.reply().startswith("421 4.7.0")
        first.close()
        _until(lambda: len(server.server.service.connections) == 1)
        fourth = RawClient(server.connect())
        assert fourth.reply().startswith("220")
        fourth.close()
        _until(lambda: len(server.server.service.connections) == 1)
        fifth = RawClient(server.connect())
        assert fifth.reply().startswith("421 4.7.0")
        for client in (second, third, fifth):
            client.close()


def test_the_limiter_counts_networks_and_forgets() -> None:
    now = [1020.0]
    limiter = ConnectionLimiter(at_once=10, a_minute=2, clock=lambda: now[0])
    assert [limiter.admit("2001:db8::1"), limiter.admit("2001:db8::2"), limiter.admit("2001:db8::3")] == [
        True,
        True,
        False,
    ]
    assert limiter.admit("2001:db8:0:1::1")
    now[0] += 61
    assert not limiter.admit("2001:db8::1")
    now[0] += 120
    assert limiter.admit("2001:db8::1")
    assert network("::ffff:192.0.2.1") == "192.0.2.1"
    assert network("fe80::1%eth0") == "fe80::/64"


def test_processes_count_together(tmp_path: Path) -> None:
    limiter = ConnectionLimiter(at_once=3, in_all=5, processes=2)
    admitted = [_in_a_child(limiter, process, lambda: limiter.admit("192.0.2.1")) for process in (0, 1, 1)]
    assert admitted == [True, True, True]
    assert not limiter.admit("192.0.2.1")
    assert [limiter.admit(f"192.0.2.{host}") for host in (2, 3, 4)] == [True, True, False]
    _in_a_child(limiter, 1, lambda: limiter.begin(1))
    assert [limiter.admit("192.0.2.1") for _ in range(3)] == [True, True, False]


def test_of_too_many_networks_the_idle_are_forgotten() -> None:
    limiter = ConnectionLimiter(at_once=1, in_all=100_000)
    assert limiter.admit("198.51.100.1")
    for number in range(20_000):
        ip = f"10.0.{number >> 8}.{number & 255}"
        assert limiter.admit(ip)
        limiter.release(ip)
    assert not limiter.admit("198.51.100.1")
    limiter.release("198.51.100.1")
    assert limiter.admit("198.51.100.1")


def _in_a_child(limiter: ConnectionLimiter, process: int, work: Callable[[], object]) -> bool:
    """Work in a forked process that counts as `process`, and dies without releasing anything."""
    child = os.fork()
    if child == 0:
        limiter._process = process
        os._exit(0 if work() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_idle_is_ended_with_a_word(tmp_path: Path) -> None:
    with running(tmp_path, Limits(idle_seconds=0.2)) as server:
        client = RawClient(server.connect())
        client.reply()
        assert client.reply() == "421 4.4.2 Timed out, closing the connection"
        assert client.reply() == ""
        dripping = RawClient(server.connect())
        dripping.reply()
        started = time.monotonic()
        for _ in range(3):
            dripping.send(b"N")
            time.sleep(0.05)
        assert dripping.reply().startswith("421 4.4.2")
        assert time.monotonic() - started < 0.34
        client.close()
        dripping.close()


def test_an_upload_needs_a_least_speed(tmp_path: Path) -> None:
    with running(tmp_path, Limits(idle_seconds=0.3, slowest_bytes_per_second=10_000)) as server:
        client = RawClient(server.connect())
        client.begin_data()
        client.send(b"x" * 9998 + b"\r\n")
        started = time.monotonic()
        answer = ""
        client.peer.settimeout(0.05)
        while not answer and time.monotonic() - started < 5:
            try:
                client.send(b"y\r\n")
                answer = client.peer.recv(100).decode()
            except TimeoutError:
                continue
        assert answer.startswith("421 4.4.2")
        assert 1.0 < time.monotonic() - started < 3
        client.close()


def test_a_backend_that_raises_is_temporary_and_tells_nothing(client: RawClient, log_watch: LogWatch) -> None:
    log_watch.expect("secret detail")
    client.reply()
    client.ask("EHLO client.test")
    client.ask("MAIL FROM:<a@there.test>")
    assert client.ask("RCPT TO:<broken@here.test>") == "451 4.3.0 Local trouble, try again later"
    assert client.ask("RCPT TO:<bob@here.test>").startswith("250")


def test_pipelined_commands_are_answered_in_order(client: RawClient, server: RunningServer) -> None:
    client.reply()
    client.ask("EHLO client.test")
    client.send(
        b"MAIL FROM:<a@there.test>\r\nRCPT TO:<bob@here.test>\r\nRCPT TO:<nobody@here.test>\r\nDATA\r\n"
    )
    assert [client.reply()[:3] for _ in range(4)] == ["250", "250", "550", "354"]
    client.send(MAIL + b".\r\nMAIL FROM:<>\r\nRCPT TO:<bob@here.test>\r\nDATA\r\n")
    assert [client.reply()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
    client.send(b"second\r\n.\r\nQUIT\r\n")
    assert [client.reply()[:3] for _ in range(2)] == ["250", "221"]
    assert [envelope.content for envelope in server.backend.stored] == [MAIL, b"second\r\n"]


def test_descriptors_and_sessions_come_back(server: RunningServer) -> None:
    peers = [server.connect() for _ in range(20)]
    for number, peer in enumerate(peers):
        peer.sendall(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<bob@here.test>\r\nDATA\r\nhalf"[: 10 + 3 * number])
        if number % 2:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        peer.close()
    _until(lambda: not server.server.service.connections)
    assert server.server.service.budget.used == 0
    assert server.backend.stored == []


def test_who_does_not_read_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailserver.smtp.connection.LINGER_SECONDS", 0.3)
    with running(tmp_path, Limits(idle_seconds=0.5)) as server:
        deaf = server.connect()
        deaf.settimeout(0.5)
        with pytest.raises((TimeoutError, ConnectionError)):
            while True:
                deaf.sendall(b"EHLO x\r\n" * 10_000)
        _until(lambda: not server.server.service.connections, 30)
        deaf.close()


def _until(condition: object, seconds: float = 5.0) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)
