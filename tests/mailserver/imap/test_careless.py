"""What careless programs write is understood."""

from .memory import RawClient


def test_spaces_within_the_parentheses_of_id(client: RawClient) -> None:
    """Of aioimaplib."""
    assert client.ask('ID ( "name" "aio" "version" NIL )')[-1] == "OK ID completed"


def test_two_spaces_before_the_second_message(client: RawClient) -> None:
    """Of IMAPClient's multiappend."""
    client.send(b"a APPEND INBOX {3+}\r\none  {3+}\r\ntwo\r\n")
    assert client.line().startswith("a OK [APPENDUID 1 1:2]")


def test_a_day_of_one_digit(client: RawClient) -> None:
    client.send(b'a APPEND INBOX "1-Feb-2026 12:00:00 +0000" {3+}\r\none\r\n')
    assert client.line().startswith("a OK")
    client.ask("SELECT INBOX")
    assert client.ask("FETCH 1 INTERNALDATE")[0] == '* 1 FETCH (INTERNALDATE "01-Feb-2026 12:00:00 +0000")'


def test_spaces_at_the_end(client: RawClient) -> None:
    client.ask("SELECT INBOX ")
    for command in ("NOOP ", "SEARCH ALL ", 'LIST "" "" ', "UID FETCH 1:* (FLAGS)  "):
        assert client.ask(command)[-1].startswith("OK"), command
