"""Conversations with peers of all sorts, over real sockets."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mailserver.dns import Resolver
from mailserver.smtp.client import Options, Outgoing, Replies
from mailserver.smtp.content import held
from mailserver.smtp.dialer import Dialer, NoConversationError
from mailserver.smtp.patience import Deadline, Timeouts
from mailserver.smtp.route import Routes
from mailserver.smtp.transcript import Transcript
from tests.certificate import server_context
from tests.peer import Drop, Endless, Peer, Raw, Slow

SHORT = Timeouts(connect=1, command=0.5, data=0.5, block=0.5, final=0.5, close=0.5, attempt=3)
LETTER = b"Subject: hi\r\n\r\n.dot\r\nlast\r\n"


class Run:
    """One attempt at one peer: what came back, and what was kept of it."""

    def __init__(self, peer: Peer, messages: Sequence[Outgoing], timeouts: Timeouts = SHORT) -> None:
        self.transcript = Transcript()
        options = Options("us.test", self.transcript, timeouts)
        routes = Routes.parse(f"peer.test=127.0.0.1:{peer.port}")
        dialer = Dialer("peer.test", Resolver("127.0.0.1:1"), routes, options)
        deadline = Deadline(timeouts.attempt)
        conversation = dialer.open(deadline)
        self.tls = conversation.tls
        self.replies: list[Replies] = [conversation.send(message, deadline) for message in messages]
        self.usable = conversation.usable
        conversation.quit()

    def lines(self, message: int = 1, recipient: str = "bob@peer.test") -> list[str]:
        return [f"{side}: {text}" for _, side, text in self.transcript.view(message, recipient)]


def letter(key: int = 1, *recipients: str, content: bytes = LETTER) -> Outgoing:
    return Outgoing(key, "alice@us.test", recipients or ("bob@peer.test",), held(content))


def said(run: Run, recipient: str = "bob@peer.test") -> tuple[int, str]:
    reply = run.replies[0][recipient]
    return reply.code, reply.enhanced


def test_a_letter_arrives_to_the_byte_and_the_dialogue_is_kept() -> None:
    with Peer() as peer:
        run = Run(peer, [letter()])
    assert peer.messages[0].content == LETTER
    assert run.replies == [{"bob@peer.test": run.replies[0]["bob@peer.test"]}]
    assert said(run) == (250, "2.0.0")
    assert run.lines()[3:] == [
        "S: 220 peer.test ESMTP",
        "C: EHLO us.test",
        "S: 250-peer.test",
        "S: 250-PIPELINING",
        "S: 250-8BITMIME",
        "S: 250 SIZE 36700160",
        "C: MAIL FROM:<alice@us.test> SIZE=27",
        "C: RCPT TO:<bob@peer.test>",
        "C: DATA",
        "S: 250 2.0.0 ok",
        "S: 250 2.0.0 ok",
        "S: 354 go on",
        "*: 27 bytes of content, then a dot",
        "S: 250 2.0.0 stored",
        "C: QUIT",
        "S: 221 bye",
    ]
    assert run.lines()[1] == "*: resolved 127.0.0.1: 127.0.0.1"
    assert run.lines()[2].startswith("*: connected to 127.0.0.1 (127.0.0.1 port")


def test_many_letters_go_over_one_connection() -> None:
    with Peer() as peer:
        run = Run(peer, [letter(key) for key in range(20)])
    assert peer.connection_count == 1
    assert len(peer.messages) == 20
    assert all(replies["bob@peer.test"].positive for replies in run.replies)


def test_each_recipient_sees_its_own_part() -> None:
    with Peer() as peer:
        run = Run(peer, [letter(1, "bob@peer.test", "dan@peer.test"), letter(2, "eve@peer.test")])
    own = "\n".join(run.lines(1, "dan@peer.test"))
    assert "RCPT TO:<dan@peer.test>" in own
    assert "bob@" not in own
    assert "eve@" not in own
    assert own.count("DATA") == 1


@pytest.mark.parametrize("pipelining", [True, False])
def test_each_recipient_has_its_own_fate(pipelining: bool) -> None:
    answers = {
        "RCPT TO:<no@peer.test>": "550 5.1.1 unknown",
        "RCPT TO:<later@peer.test>": "450 4.2.0 greylisted",
    }
    with Peer(answers, extensions=("PIPELINING",) if pipelining else ()) as peer:
        run = Run(peer, [letter(1, "no@peer.test", "later@peer.test", "ok@peer.test")])
    assert said(run, "no@peer.test") == (550, "5.1.1")
    assert said(run, "later@peer.test") == (450, "4.2.0")
    assert said(run, "ok@peer.test") == (250, "2.0.0")
    assert peer.messages[0].recipients == ["ok@peer.test"]


def test_no_recipient_accepted_is_no_data_and_the_next_letter_begins_anew() -> None:
    with Peer({"RCPT TO:<no@peer.test>": "550 5.1.1 unknown"}) as peer:
        run = Run(peer, [letter(1, "no@peer.test"), letter(2)])
    assert run.replies[1]["bob@peer.test"].positive
    assert "RSET" in peer.commands[0]
    assert len(peer.messages) == 1


def test_a_server_that_wants_content_for_nobody_gets_a_dot_alone() -> None:
    with Peer({"RCPT TO:<no@peer.test>": "550 5.1.1 unknown", "DATA": "354 go on"}) as peer:
        run = Run(peer, [letter(1, "no@peer.test"), letter(2)])
    assert run.replies[0]["no@peer.test"].enhanced == "5.1.1"
    assert run.replies[1]["bob@peer.test"].positive
    assert peer.connection_count == 1
    assert [message.content for message in peer.messages] == [b"", LETTER]


def test_no_empty_message_goes_to_whom_a_server_takes_after_it_refused_the_sender() -> None:
    with Peer({"MAIL": ["451 4.7.1 not now"], "DATA": "354 go on"}) as peer:
        run = Run(peer, [letter()])
    assert said(run) == (451, "4.7.1")
    assert peer.messages == []


def test_what_was_refused_stays_refused_when_the_connection_breaks_at_data() -> None:
    answers = {"RCPT TO:<no@peer.test>": "550 5.1.1 unknown", "DATA": Drop()}
    with Peer(answers) as peer:
        run = Run(peer, [letter(1, "no@peer.test", "bob@peer.test")])
    assert said(run, "no@peer.test") == (550, "5.1.1")
    assert said(run) == (0, "4.4.2")


def test_a_null_byte_in_an_answer_is_not_kept() -> None:
    with Peer({"RCPT": Raw(b"450 4.2.0 a\0b\r\n")}) as peer:
        run = Run(peer, [letter()])
    assert run.replies[0]["bob@peer.test"].text == "ab"


def test_a_refused_sender_is_every_recipients_fate() -> None:
    with Peer({"MAIL": "451 4.7.1 greylisted\n451 4.7.1 come again", "RCPT": "503 5.5.1 bad order"}) as peer:
        run = Run(peer, [letter()])
    assert said(run) == (451, "4.7.1")
    assert run.replies[0]["bob@peer.test"].text == "greylisted\ncome again"


def test_refused_at_data_and_after_the_dot() -> None:
    with Peer({"DATA": ["554 5.7.1 no", "354 go on"], "content": "552 5.2.2 full"}) as peer:
        run = Run(peer, [letter(1), letter(2)])
    assert said(run) == (554, "5.7.1")
    assert run.replies[1]["bob@peer.test"].enhanced == "5.2.2"
    assert peer.messages == []


def test_many_recipients_go_in_hundreds() -> None:
    many = [f"user{number}@peer.test" for number in range(250)]
    with Peer() as peer:
        run = Run(peer, [letter(1, *many)])
    assert [len(message.recipients) for message in peer.messages] == [100, 100, 50]
    assert all(run.replies[0][recipient].positive for recipient in many)


def test_too_many_recipients_follow_in_a_second_transaction() -> None:
    with Peer({"RCPT": ["250 ok", "250 ok", "452 4.5.3 too many", "250 ok"]}) as peer:
        run = Run(peer, [letter(1, "a@peer.test", "b@peer.test", "c@peer.test")])
    assert [message.recipients for message in peer.messages] == [
        ["a@peer.test", "b@peer.test"],
        ["c@peer.test"],
    ]
    assert said(run, "c@peer.test")[0] == 250


def test_ehlo_refused_is_helo() -> None:
    with Peer({"EHLO": "502 5.5.1 what"}) as peer:
        run = Run(peer, [letter()])
    assert said(run)[0] == 250
    assert peer.commands[0][:3] == ["EHLO us.test", "HELO us.test", "MAIL FROM:<alice@us.test>"]


def test_starttls_with_any_certificate(tmp_path: Path) -> None:
    with Peer(tls=server_context(tmp_path)) as peer:
        run = Run(peer, [letter()])
    assert run.tls.startswith("TLS 1.3")
    assert said(run)[0] == 250
    assert peer.commands[0][:3] == ["EHLO us.test", "STARTTLS", "EHLO us.test"]


@pytest.mark.parametrize("answer", [Raw(b"220-go\r\n220 but there is no TLS\r\n"), Drop()])
def test_broken_tls_is_a_new_connection_in_the_clear(answer: Raw | Drop, tmp_path: Path) -> None:
    with Peer({"STARTTLS": answer}, tls=server_context(tmp_path)) as peer:
        run = Run(peer, [letter()])
    assert run.tls == ""
    assert said(run)[0] == 250
    assert peer.connection_count == 2
    assert "*: TLS failed: trying again without it" in run.lines()


def test_refused_tls_goes_on_in_the_clear(tmp_path: Path) -> None:
    with Peer({"STARTTLS": "454 4.7.0 not now"}, tls=server_context(tmp_path)) as peer:
        run = Run(peer, [letter()])
    assert said(run)[0] == 250
    assert peer.connection_count == 1


def test_what_was_injected_before_tls_is_dropped(tmp_path: Path) -> None:
    with Peer(
        {"STARTTLS": Raw(b"220 go\r\n250-evil\r\n250 SIZE 1\r\n")}, tls=server_context(tmp_path)
    ) as peer:
        run = Run(peer, [letter()])
    assert run.tls
    assert said(run)[0] == 250
    assert "S: 250 SIZE 1" not in run.lines()


def test_size_too_small_is_said_without_data() -> None:
    with Peer(extensions=("SIZE 20",)) as peer:
        run = Run(peer, [letter()])
    assert said(run) == (552, "5.3.4")
    assert peer.commands[0] == ["EHLO us.test", "QUIT"]


def test_an_address_beyond_ascii_needs_smtputf8() -> None:
    message = Outgoing(1, "alice@us.test", ("用户@peer.test",), held(LETTER))
    with Peer() as peer:
        run = Run(peer, [message])
    assert said(run, "用户@peer.test") == (553, "5.6.7")
    with Peer(extensions=("SMTPUTF8", "8BITMIME")) as peer:
        run = Run(peer, [message])
    assert said(run, "用户@peer.test")[0] == 250
    assert "MAIL FROM:<alice@us.test> SMTPUTF8" in peer.commands[0]


def test_a_domain_beyond_ascii_is_written_as_any_server_reads_it() -> None:
    with Peer() as peer:
        run = Run(peer, [Outgoing(1, "alice@bücher.test", ("bob@例子.test",), held(LETTER))])
    assert said(run, "bob@例子.test")[0] == 250
    assert "MAIL FROM:<alice@xn--bcher-kva.test> SIZE=" in peer.commands[0][1]
    assert "RCPT TO:<bob@xn--fsqu00a.test>" in peer.commands[0]


def test_a_header_beyond_ascii_is_announced_where_the_server_knows_of_it() -> None:
    content = "Subject: 你好\r\n\r\nhello\r\n".encode()
    with Peer(extensions=("SMTPUTF8", "8BITMIME")) as peer:
        Run(peer, [letter(content=content)])
    assert "MAIL FROM:<alice@us.test> BODY=8BITMIME SMTPUTF8" in peer.commands[0]


def test_what_the_sender_wants_to_be_told_goes_along_where_it_is_understood() -> None:
    message = replace(
        letter(),
        envelope_id="a+b=c d",
        ret="HDRS",
        notify={"bob@peer.test": "NEVER"},
        original={"bob@peer.test": "x400;c=us/o+1"},
    )
    with Peer(extensions=("DSN",)) as peer:
        Run(peer, [message])
    assert peer.commands[0][1:3] == [
        "MAIL FROM:<alice@us.test> RET=HDRS ENVID=a+2Bb+3Dc+20d",
        "RCPT TO:<bob@peer.test> NOTIFY=NEVER ORCPT=x400;c+3Dus/o+2B1",
    ]
    with Peer() as peer:
        Run(peer, [message])
    assert "RCPT TO:<bob@peer.test>" in peer.commands[0]


def test_who_thinks_long_after_the_dot_is_waited_for() -> None:
    timeouts = Timeouts(connect=1, command=0.5, data=0.5, block=0.5, final=8, close=0.5, attempt=9)
    with Peer({"content": Slow(1.5, "250 2.0.0 stored at last")}) as peer:
        run = Run(peer, [letter()], timeouts)
    assert said(run) == (250, "2.0.0")


def test_eight_bits_are_announced() -> None:
    with Peer() as peer:
        Run(peer, [letter(content="Subject: x\r\n\r\n你好\r\n".encode())])
    assert any(command.endswith("BODY=8BITMIME") for command in peer.commands[0])


def test_without_8bitmime_a_letter_is_sent_in_seven_bits() -> None:
    with Peer(extensions=()) as peer:
        run = Run(peer, [letter(content="Subject: x\r\n\r\n你好\r\n".encode())])
    assert peer.messages[0].content.isascii()
    assert "encoded anew" in str(run.lines())
    assert b"=E4=BD=A0=E5=A5=BD" in peer.messages[0].content


def test_no_line_is_too_long_for_the_wire() -> None:
    with Peer() as peer:
        Run(peer, [letter(content=b"Subject: x\r\n\r\n" + b"long " * 1000 + b"\r\n")])
    assert max(map(len, peer.messages[0].content.split(b"\r\n"))) <= 998


def test_bare_line_ends_never_leave() -> None:
    with Peer() as peer:
        Run(peer, [letter(content=b"Subject: x\n\nbody\n.\r\nMAIL FROM:<x>\r.\rend")])
    assert peer.messages[0].content == b"Subject: x\r\n\r\nbody\r\n.\r\nMAIL FROM:<x>\r\n.\r\nend\r\n"
    assert len(peer.messages) == 1


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ({"banner": Raw(b"SSH-2.0-OpenSSH_9\r\n")}, "not SMTP"),
        ({"banner": Endless("220-welcome")}, "does not end"),
        ({"banner": Endless("220-welcome", 0.05)}, "in time"),
        ({"banner": Raw(b"x" * 100_000)}, "does not end"),
        ({"banner": Slow(2, "220 late")}, "in time"),
        ({"banner": "421 4.3.2 busy"}, "refuses to talk"),
        ({"banner": "554 5.7.1 go away"}, "refuses to talk"),
        ({"EHLO": Drop()}, "closed the connection"),
        ({"EHLO": Endless("250-more")}, "does not end"),
        ({"EHLO": "450 4.0.0 not now"}, "refuses to talk"),
    ],
)
def test_a_host_that_will_not_talk_is_a_temporary_failure(
    answers: dict[str, str | Drop | Raw | Slow | Endless], word: str
) -> None:
    with Peer(answers) as peer, pytest.raises(NoConversationError, match=word) as caught:
        Run(peer, [letter()])
    assert caught.value.reply.temporary


@pytest.mark.parametrize(
    "answers", [{"MAIL": Drop()}, {"RCPT": Drop()}, {"content": Drop()}, {"content": Slow(2, "250 late")}]
)
def test_a_connection_that_is_lost_defers(answers: dict[str, Drop | Slow]) -> None:
    with Peer(answers) as peer:
        run = Run(peer, [letter()])
    assert said(run) == (0, "4.4.2")
    assert not run.usable


def test_a_drop_amid_the_content_defers() -> None:
    with Peer(drop_in_data=True) as peer:
        run = Run(peer, [letter(content=b"Subject: x\r\n\r\n" + b"line\r\n" * 500_000)])
    assert said(run) == (0, "4.4.2")


def test_421_in_between_ends_the_conversation() -> None:
    with Peer({"RCPT TO:<b@peer.test>": "421 4.3.2 closing"}, extensions=()) as peer:
        run = Run(peer, [letter(1, "a@peer.test", "b@peer.test", "c@peer.test")])
    assert said(run, "b@peer.test") == (421, "4.3.2")
    assert said(run, "a@peer.test") == said(run, "c@peer.test") == (0, "4.4.2")
    assert not run.usable


def test_nobody_listening() -> None:
    peer = Peer()
    with peer:
        pass
    with pytest.raises(NoConversationError, match="Connection refused") as caught:
        Run(peer, [letter()])
    assert caught.value.reply.temporary


def test_a_silent_answer_to_each_byte_ends_with_the_attempt() -> None:
    timeouts = Timeouts(connect=1, command=5, attempt=0.6)
    with Peer({"banner": Endless("220-slow", 0.1)}) as peer, pytest.raises(NoConversationError):
        Run(peer, [letter()], timeouts)


def test_the_second_host_is_tried_when_the_first_says_421() -> None:
    with Peer(connections=[{"banner": "421 4.3.2 busy"}, {}]) as peer:
        transcript = Transcript()
        options = Options("us.test", transcript, SHORT)
        routes = Routes.parse(f"peer.test=127.0.0.1:{peer.port},peer.test=127.0.0.1:{peer.port}")
        dialer = Dialer("peer.test", Resolver("127.0.0.1:1"), routes, options)
        conversation = dialer.open(Deadline(3))
        assert conversation.send(letter(), Deadline(3))["bob@peer.test"].positive
        conversation.quit()
    assert peer.connection_count == 2
