"""What a session keeps, what it reads ahead, and how it ends."""

import pytest

from mailserver.pop3.replies import Trouble
from tests.logs import LogWatch
from tests.mailserver.scram import scram

from .memory import ALICE, FIRST, PASSWORD, SECOND, RawClient, RunningServer, running


def test_only_quit_deletes(server: RunningServer, client: RawClient) -> None:
    client.ask("DELE 1")
    client.close()
    server.stop()
    assert list(server.backend.messages) == [11, 12]
    assert not server.backend.is_open


def test_quit_deletes(server: RunningServer, client: RawClient) -> None:
    client.ask("DELE 1")
    assert client.ask("QUIT") == "+OK Until next time"
    assert list(server.backend.messages) == [12]
    assert not server.backend.is_open


def test_a_deletion_that_fails_is_told(server: RunningServer, client: RawClient) -> None:
    client.ask("DELE 1")

    def fail(function: object) -> None:
        if getattr(function, "__name__", "") == "commit":
            raise Trouble

    server.backend.fail = fail
    assert client.ask("QUIT") == "-ERR [SYS/TEMP] Local trouble, try again later; nothing was deleted"
    assert client.line() == ""
    assert list(server.backend.messages) == [11, 12]


def test_a_maildrop_is_for_one(server: RunningServer, client: RawClient) -> None:
    other = RawClient(server.connect())
    assert other.log_in() == "-ERR [IN-USE] Another program has the mailbox open"
    client.ask("QUIT")
    assert other.ask(f"USER {ALICE}").startswith("+OK")
    assert other.ask(f"PASS {PASSWORD}").startswith("+OK")
    other.close()


def test_what_is_open_is_held_on_to() -> None:
    with running(hold_seconds=0.01) as server:
        client = RawClient(server.connect())
        client.log_in()
        while not server.backend.held:
            client.ask("NOOP")
        assert set(server.backend.held) == {1}
        client.close()


@pytest.mark.parametrize("at_once", [True, False])
def test_scram(server: RunningServer, at_once: bool) -> None:
    client = RawClient(server.connect())
    client.line()
    [_, refusal] = scram(client, ALICE, "wrong", at_once=at_once, command="AUTH")
    assert refusal == "-ERR [AUTH] Name or password is wrong"
    assert scram(client, ALICE, PASSWORD, at_once=at_once, command="AUTH")[-1].startswith("+OK 2 messages")
    client.close()


def test_who_fetches_one_after_the_other_is_read_ahead_for(server: RunningServer) -> None:
    server.backend.messages = {key: b"Subject: %d\r\n\r\n" % key for key in range(1, 101)}
    client = RawClient(server.connect())
    client.log_in()
    for number in range(1, 101):
        assert client.lines(f"RETR {number}") == [f"Subject: {number}", ""]
    assert [len(keys) for keys in server.backend.read] == [2, 4, 8, 16, 32, 38]
    server.backend.read.clear()
    for number in (50, 40, 30):
        client.lines(f"TOP {number} 0")
    assert server.backend.read == [[50], [40], [30]]
    # What was sent already is read at once.
    server.backend.read.clear()
    client.send(b"RETR 5\r\nRETR 7\r\nRETR 9\r\n")
    assert [client.line(), *client.lines()][1] == "Subject: 5"
    assert server.backend.read == [[5, 7, 9]]
    client.close()


def test_a_message_that_is_gone_is_told(server: RunningServer, client: RawClient) -> None:
    server.backend.messages = {12: SECOND}
    assert client.ask("RETR 1") == "-ERR This message is gone"
    assert client.ask("RETR 2") == f"+OK {len(SECOND)} octets"
    client.lines()


@pytest.mark.parametrize(
    "raw",
    [
        FIRST * 5000,
        (b"x" * 511 + b"\n") * 1024 + b".",
        (b"." * 70 + b"\r\n") * 10_000,
        b"no end",
        b"",
        b".\n.\r\n\r\n.",
    ],
    ids=len,
)
def test_octets_arrive_as_they_are(server: RunningServer, raw: bytes) -> None:
    server.backend.messages = {1: raw}
    client = RawClient(server.connect())
    client.log_in()
    assert client.ask("RETR 1") == f"+OK {len(raw)} octets"
    found = b""
    while (line := client.answers.readline()) != b".\r\n":
        found += line.removeprefix(b".")
    assert found == raw + (b"" if raw.endswith(b"\r\n") or not raw else b"\r\n")
    client.close()


def test_the_top_of_what_is_large(server: RunningServer) -> None:
    head = b"X-Long: " + b"x" * 300_000 + b"\r\n\r\n"
    server.backend.messages = {1: head + b"line\r\n" * 100_000}
    client = RawClient(server.connect())
    client.log_in()
    assert [len(line) for line in client.lines("TOP 1 0")] == [300_008, 0]
    assert len(client.lines("TOP 1 99999")) == 100_001
    assert len(client.lines("TOP 1 1000000")) == 100_002
    client.close()


def test_trouble_within_a_message_ends_the_session(server: RunningServer, log_watch: LogWatch) -> None:
    server.backend.messages = {1: b"x" * 1_000_000}
    client = RawClient(server.connect())
    client.log_in()
    asked = []

    def fail(function: object) -> None:
        asked.append(function)
        if len(asked) == 3:
            raise Trouble

    server.backend.fail = fail
    client.send(b"RETR 1\r\nNOOP\r\n")
    assert client.answers.readline() == b"+OK 1000000 octets\r\n"
    assert client.answers.read() == b"x" * 512 * 1024
    client.close()


def test_trouble_is_told_without_a_detail(
    server: RunningServer, client: RawClient, log_watch: LogWatch
) -> None:
    log_watch.expect("RETR failed")

    def fail(_function: object) -> None:
        raise RuntimeError("secret")

    server.backend.fail = fail
    assert client.ask("RETR 1") == "-ERR [SYS/TEMP] Local trouble, try again later"
    server.backend.fail = lambda _function: None
    assert client.ask("RETR 1").startswith("+OK")
    client.lines()
