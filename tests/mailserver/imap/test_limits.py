"""What a client may not do, and what it is told."""

import time

import pytest

from mailserver.imap.limits import Limits
from mailserver.limits import ConnectionLimiter
from tests.logs import LogWatch

from .memory import RawClient, RunningServer, running


def test_lines_before_log_in_are_short(server: RunningServer) -> None:
    client = RawClient(server.connect())
    client.line()
    client.send(b"1 LOGIN " + b"x" * 10_000)
    assert client.line() == "* BYE A line is too long"
    assert client.line() == ""


def test_literals_before_log_in_are_short(server: RunningServer) -> None:
    client = RawClient(server.connect())
    client.line()
    assert client.ask("LOGIN {100000}") == ["NO [TOOBIG] It is too large"]
    client.send(b"2 LOGIN {100000000+}\r\n")
    assert client.line() == "* BYE A literal is too large"


def test_very_many_literals(client: RawClient) -> None:
    client.send(b"1 SEARCH " + b"SUBJECT {1+}\r\nx " * 1001)
    assert client.line() == "* BYE Too many literals"


def test_wrong_commands_end_a_session(client: RawClient) -> None:
    answers = [client.ask("FLY")[-1] for _ in range(10)]
    assert answers == ["BAD FLY is no command"] * 10
    assert client.line() == "* BYE Too many wrong commands"


@pytest.mark.parametrize(
    "keys", ["(" * 100 + "ALL" + ")" * 100, "NOT " * 100 + "ALL", "OR " * 100 + "ALL " * 101]
)
def test_searches_have_a_depth(client: RawClient, keys: str) -> None:
    client.ask("SELECT INBOX")
    assert client.ask(f"SEARCH {keys.strip()}") == ["BAD The search is nested too deeply"]


def test_searches_have_a_length(client: RawClient) -> None:
    client.ask("SELECT INBOX")
    assert client.ask(f"SEARCH {'SEEN ' * 201}ALL") == ["BAD There are too many search keys"]


def test_a_pattern_of_many_stars_takes_no_time(client: RawClient) -> None:
    client.ask(f"CREATE {'a' * 200}")
    begin = time.process_time()
    assert client.ask(f'LIST "" "{"*a" * 90}*b"') == ["OK LIST completed"]
    assert time.process_time() - begin < 2


def test_connections_of_one_address_are_counted() -> None:
    with running(limiter=ConnectionLimiter(at_once=1)) as server:
        first, second = RawClient(server.connect()), RawClient(server.connect())
        assert first.line().startswith("* OK")
        assert second.line() == "* BYE [UNAVAILABLE] Too many connections from your address"
        first.close()
        second.close()


def test_who_is_silent_is_sent_away() -> None:
    with running(Limits(login_seconds=0.2)) as server:
        client = RawClient(server.connect())
        client.line()
        assert client.line() == "* BYE You were silent for too long"
        client.close()


def test_no_password_in_the_clear() -> None:
    with running(allows_plaintext=False) as server:
        client = RawClient(server.connect())
        assert "LOGINDISABLED" in client.line()
        assert client.ask("LOGIN alice@here.test x")[-1].startswith("NO [PRIVACYREQUIRED]")
        assert client.ask("AUTHENTICATE PLAIN AGEAYg==")[-1].startswith("NO [PRIVACYREQUIRED]")
        assert server.backend.peers == []
        client.close()


def test_messages_on_their_way_have_a_budget() -> None:
    with running(Limits(in_flight_bytes=100)) as server:
        client = RawClient(server.connect())
        client.log_in()
        assert client.ask("APPEND INBOX {101}")[-1].startswith("NO [INUSE]")
        for _ in range(2):
            client.send(b"a APPEND INBOX {100+}\r\n" + b"x" * 100 + b"\r\n")
            assert client.line().startswith("a OK")
        client.close()


def test_trouble_is_told_without_a_detail(
    server: RunningServer, client: RawClient, log_watch: LogWatch
) -> None:
    log_watch.expect("STATUS failed")

    def fail() -> None:
        raise RuntimeError("secret")

    server.backend.fail = fail
    assert client.ask("STATUS INBOX (MESSAGES)") == ["NO [UNAVAILABLE] Local trouble, try again later"]
    server.backend.fail = lambda: None
    assert client.ask("STATUS INBOX (MESSAGES)")[-1] == "OK STATUS completed"


def test_a_message_cut_short_leaves_nothing(server: RunningServer, client: RawClient) -> None:
    client.send(b"a APPEND INBOX {1000+}\r\nSubject: x\r\n")
    client.close()
    server.stop()
    assert server.backend.mail.bytes == {}
