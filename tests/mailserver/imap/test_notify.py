"""NOTIFY: what happens elsewhere, told without being asked for (RFC 5465)."""

from collections.abc import Iterator

import pytest

from .memory import RawClient, RunningServer


@pytest.fixture
def other(server: RunningServer) -> Iterator[RawClient]:
    raw = RawClient(server.connect())
    raw.log_in()
    yield raw
    raw.close()


def _append(client: RawClient, path: bytes) -> None:
    client.send(b"a APPEND %b {14+}\r\nSubject: x\r\n\r\n\r\n" % path)
    while not client.line().startswith("a OK"):
        pass


def test_what_happens_elsewhere(client: RawClient, other: RawClient) -> None:
    said = client.ask(
        "NOTIFY SET STATUS (mailboxes (Trash Work) (MessageNew MessageExpunge FlagChange))"
        " (personal (MailboxName SubscriptionChange))"
    )
    assert said == [
        "* STATUS Trash (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 2 UNSEEN 0 HIGHESTMODSEQ 1)",
        "OK NOTIFY completed",
    ]
    _append(other, b"Trash")
    assert client.line() == "* STATUS Trash (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 2 UNSEEN 1 HIGHESTMODSEQ 2)"
    _append(other, b"INBOX")
    other.ask("CREATE Work")
    assert client.line() == '* LIST (\\Subscribed) "/" Work'
    other.ask("RENAME Work Play")
    assert client.line() == '* LIST (\\Subscribed) "/" Play ("OLDNAME" (Work))'
    other.ask("UNSUBSCRIBE Play")
    assert client.line() == '* LIST () "/" Play'
    other.ask("DELETE Play")
    assert client.line() == '* LIST (\\NonExistent) "/" Play'
    assert client.ask("NOTIFY NONE") == ["OK NOTIFY completed"]
    _append(other, b"Trash")
    assert client.ask("NOOP") == ["OK NOOP completed"]


def test_what_happens_in_the_selected_mailbox(client: RawClient, other: RawClient) -> None:
    client.ask("SELECT INBOX")
    client.ask("NOTIFY SET (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge))")
    _append(other, b"INBOX")
    lines = [client.line() for _ in range(5)]
    assert lines[0] == "* 1 EXISTS"
    assert lines[2:] == ["* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] {14}", "Subject: x", ""]
    assert client.line() == ")"
    # Flags were not asked for.
    other.ask("SELECT INBOX")
    other.ask("STORE 1 +FLAGS (\\Deleted)")
    assert client.ask("NOOP") == ["OK NOOP completed"]
    assert client.ask("STORE 1 +FLAGS (\\Seen)")[0].startswith("* 1 FETCH (UID 1 FLAGS (")
    other.ask("EXPUNGE")
    assert client.line() == "* 1 EXPUNGE"


def test_numbers_stay_where_they_are_to_be_kept(client: RawClient, other: RawClient) -> None:
    client.ask("SELECT INBOX")
    _append(other, b"INBOX")
    client.ask("NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange))")
    other.ask("SELECT INBOX")
    other.ask("STORE 1 +FLAGS (\\Deleted)")
    assert client.line() == "* 1 FETCH (UID 1 FLAGS (\\Recent \\Deleted))"
    other.ask("EXPUNGE")
    # Who has it selected could be told first, and then it is recent for nobody else.
    other.ask("UNSELECT")
    _append(other, b"INBOX")
    assert client.line() == "* 2 EXISTS"
    assert client.line() == "* 2 RECENT"
    assert client.ask("NOOP") == ["* 1 EXPUNGE", "OK NOOP completed"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("SET (personal (MessageNew))", "BAD "),
        ("SET (personal (FlagChange))", "BAD "),
        ("SET (personal (AnnotationChange))", "NO [BADEVENT (MessageNew MessageExpunge FlagChange "),
        ("SET (selected (MailboxName))", "BAD "),
        ("SET (everything (MailboxName))", "BAD "),
        ("SET (personal ())", "BAD "),
        ("SET", "BAD "),
        ("MAYBE", "BAD "),
        (f"SET (mailboxes ({' '.join(map(str, range(101)))}) (MailboxName))", "NO [LIMIT]"),
    ],
)
def test_wishes_that_are_none(client: RawClient, asked: str, said: str) -> None:
    assert client.ask(f"NOTIFY {asked}")[-1].startswith(said)


def test_idle_tells_of_both(client: RawClient, other: RawClient) -> None:
    client.ask("SELECT INBOX")
    client.ask("NOTIFY SET (subtree Trash (MessageNew MessageExpunge)) (inboxes (SubscriptionChange))")
    client.send(b"i IDLE\r\n")
    assert client.line() == "+ idling"
    _append(other, b"Trash")
    assert client.line() == "* STATUS Trash (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 2)"
    _append(other, b"INBOX")
    assert [client.line(), client.line()] == ["* 1 EXISTS", "* 1 RECENT"]
    client.send(b"DONE\r\n")
    assert client.line() == "i OK IDLE completed"
