"""IDLE: news as they happen."""

from .memory import RawClient, RunningServer


def _idle(client: RawClient) -> None:
    client.send(b"i IDLE\r\n")
    assert client.line() == "+ idling"


def test_news_of_another_session(server: RunningServer, client: RawClient) -> None:
    client.ask("SELECT INBOX")
    _idle(client)
    other = RawClient(server.connect())
    other.log_in()
    other.send(b"a APPEND INBOX {14+}\r\nSubject: x\r\n\r\n\r\n")
    assert other.line().startswith("a OK")
    assert [client.line(), client.line()] == ["* 1 EXISTS", "* 1 RECENT"]
    other.ask("SELECT INBOX")
    other.ask("STORE 1 +FLAGS (\\Recent \\Flagged)")
    assert client.line() == "* 1 FETCH (UID 1 FLAGS (\\Recent \\Flagged))"
    other.ask("STORE 1 +FLAGS (\\Deleted)")
    assert client.line() == "* 1 FETCH (UID 1 FLAGS (\\Recent \\Deleted \\Flagged))"
    other.ask("CLOSE")
    assert client.line() == "* 1 EXPUNGE"
    client.send(b"DONE\r\n")
    assert client.line() == "i OK IDLE completed"
    assert client.ask("NOOP") == ["OK NOOP completed"]
    other.close()


def test_anything_but_done_is_wrong(client: RawClient) -> None:
    _idle(client)
    client.send(b"x NOOP\r\n")
    assert client.line() == "i BAD DONE is expected"
    assert client.ask("NOOP") == ["OK NOOP completed"]


def test_who_idles_is_told_of_the_end(server: RunningServer, client: RawClient) -> None:
    _idle(client)
    server.stop()
    assert client.line() == "* BYE Shutting down, come back soon"
    assert client.line() == ""
