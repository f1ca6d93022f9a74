"""The written dialogues, and what they left behind."""

import pytest

from tests import dialogue

from .memory import RunningServer


@pytest.mark.parametrize("name", dialogue.names("smtp_"))
def test_dialogue(name: str, server: RunningServer) -> None:
    dialogue.run(name, server.connect())


def test_plain_mail_is_kept_to_the_byte(server: RunningServer) -> None:
    dialogue.run("smtp_plain", server.connect())
    [envelope] = server.backend.stored
    assert envelope.content == b"Subject: hello\r\n\r\n.one dot\r\n"
    assert (envelope.mail_from, envelope.recipients) == (
        "smith@there.test",
        ("jones@here.test", "postmaster"),
    )
    assert (envelope.peer.ip, envelope.peer.helo, envelope.peer.extended) == (
        "127.0.0.1",
        "client.test",
        True,
    )


def test_chunks_are_not_unstuffed(server: RunningServer) -> None:
    dialogue.run("smtp_chunks", server.connect())
    assert [envelope.content for envelope in server.backend.stored] == [b"Subject: x\r\n\r\n..\r\n."]


def test_smuggled_mail_is_not_mail(server: RunningServer) -> None:
    dialogue.run("smtp_smuggling", server.connect())
    assert server.backend.stored == []
