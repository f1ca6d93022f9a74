"""The address that was checked is the one dialled: a name that changes its mind leads nowhere inside."""

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import dns.message
import pytest

from mailserver.dns import Resolver
from mailserver.smtp import route
from mailserver.smtp.client import Conversation, Options, Outgoing
from mailserver.smtp.content import held
from mailserver.smtp.dialer import Dialer, NoConversationError
from mailserver.smtp.patience import Deadline, Timeouts
from mailserver.smtp.route import Routes
from mailserver.smtp.transcript import Transcript
from tests.certificate import server_context
from tests.names import Names
from tests.peer import Drop, Peer

PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.2"
SHORT = Timeouts(connect=1, command=1, data=1, block=1, final=1, close=0.5, attempt=5)
LETTER = Outgoing(1, "alice@us.test", ("bob@far.test",), held(b"Subject: hi\r\n\r\nhello\r\n"))


class ChangingNames(Names):
    """Says the public address once, and the private one to whoever asks again; nobody may remember."""

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        answer = super()._answer(query)
        if ("mx.far.test", "A") in self.questions:
            self.records["mx.far.test"] = {"A": [PRIVATE]}
        for found in answer.answer if answer else ():
            found.ttl = 0
        return answer


@pytest.fixture
def names() -> Iterator[Names]:
    records: dict[str, dict[str, list[str]] | str] = {
        "far.test": {"MX": ["10 mx.far.test."]},
        "mx.far.test": {"A": [PUBLIC]},
    }
    with ChangingNames(records) as running:
        yield running


@pytest.fixture
def attempt(names: Names, monkeypatch: pytest.MonkeyPatch) -> Callable[[Peer], Dialer]:
    """One attempt at far.test; of this machine's addresses one plays the open Internet."""
    monkeypatch.setattr(route, "is_public", lambda address: address == PUBLIC)
    found = route.hosts_for

    def make(peer: Peer) -> Dialer:
        def at_the_peers_port(*args: object) -> tuple[route.Host, ...]:
            return tuple(replace(host, port=peer.port) for host in found(*args))  # type: ignore[arg-type]

        monkeypatch.setattr(route, "hosts_for", at_the_peers_port)
        options = Options("us.test", Transcript(), SHORT)
        return Dialer("far.test", Resolver(names.server, lifetime=1), Routes(), options)

    return make


@pytest.fixture
def inside() -> Iterator[Callable[[Peer], socket.socket]]:
    """Something of ours that listens at the private address, at the peer's port."""
    opened: list[socket.socket] = []

    def listen(peer: Peer) -> socket.socket:
        made = socket.create_server((PRIVATE, peer.port))
        made.setblocking(False)
        opened.append(made)
        return made

    yield listen
    for made in opened:
        made.close()


def open_(dialer: Dialer) -> Conversation:
    return dialer.open(Deadline(5))


def assert_nobody_came(inside: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        inside.accept()


@pytest.mark.parametrize("broken", [False, True], ids=["first connection", "again in the clear"])
def test_the_address_that_was_checked_is_dialled(
    broken: bool, names: Names, attempt: Callable, inside: Callable, tmp_path: Path
) -> None:
    """Also for the second connection, which broken encryption makes necessary."""
    tls: ssl.SSLContext | None = server_context(tmp_path) if broken else None
    with Peer({"STARTTLS": Drop()} if broken else {}, tls=tls) as peer:
        trap = inside(peer)
        conversation = open_(attempt(peer))
        assert conversation.send(LETTER, Deadline(3))["bob@far.test"].positive
        conversation.quit()
        assert peer.connection_count == 1 + broken
        assert_nobody_came(trap)
    assert conversation.ip == PUBLIC
    assert names.questions.count(("mx.far.test", "A")) == 1


@pytest.mark.parametrize("beside", [False, True], ids=["the same dialer", "one beside"])
def test_who_asks_again_checks_again(beside: bool, names: Names, attempt: Callable, inside: Callable) -> None:
    """A connection that is lost, or one more of a crew, is another look at the DNS and another check."""
    with Peer() as peer:
        trap, dialer = inside(peer), attempt(peer)
        open_(dialer).quit()
        other = attempt(peer) if beside else dialer
        other.go_where(dialer)
        with pytest.raises(NoConversationError, match=rf"only private addresses: {PRIVATE}") as caught:
            open_(other)
        assert caught.value.reply.permanent
        assert peer.connection_count == 1
        assert_nobody_came(trap)
    assert names.questions.count(("mx.far.test", "A")) > 1
