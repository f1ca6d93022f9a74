"""An in-memory backend and a server on a loopback port, in a thread of its own."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from mailserver import sasl
from mailserver.limits import ConnectionLimiter
from mailserver.networks import Networks
from mailserver.sasl import Claim, Password, PlaintextAuth, Salt
from mailserver.smtp.envelope import NOTHING, Envelope, Findings, Login, Peer
from mailserver.smtp.limits import Limits
from mailserver.smtp.receiver import Receiver
from mailserver.smtp.replies import RECIPIENT_OK, SENDER_OK, STORED
from mailserver.smtp.reply import Reply
from mailserver.smtp.server import Server
from mailserver.smtp.submission import Submission
from tests.mailserver.running import Running, serving

UNKNOWN = Reply(550, "5.1.1", "No such user here")
FULL = Reply(452, "4.2.2", "Mailbox is full")


class MemoryBackend:
    """Has @here.test; keeps what it is given, and fails when told."""

    def __init__(self) -> None:
        self.batches: list[Sequence[Envelope]] = []
        self.fail: Callable[[Sequence[Envelope]], None] = lambda batch: None
        self.gate = threading.Event()
        self.gate.set()
        self.threads_ended = 0
        self.unreadable = b""
        self.turned_away: list[tuple[str, Sequence[str], Reply]] = []

    @property
    def stored(self) -> list[Envelope]:
        return [envelope for batch in self.batches for envelope in batch]

    def recall_sender(self, peer: Peer, mail_from: str, size: int) -> Reply | None:
        return SENDER_OK

    def check_sender(self, peer: Peer, mail_from: str, size: int) -> Reply:
        return SENDER_OK

    def recall_recipient(self, peer: Peer, mail_from: str, recipient: str, size: int) -> Reply | None:
        return None

    def check_recipient(self, peer: Peer, mail_from: str, recipient: str, size: int) -> Reply:
        local, _, domain = recipient.partition("@")
        if local == "broken":
            raise RuntimeError("secret detail")
        if local == "full":
            return FULL
        return RECIPIENT_OK if domain in ("here.test", "") and local != "nobody" else UNKNOWN

    def turn_away(self, peer: Peer, mail_from: str, recipients: Sequence[str], reply: Reply) -> None:
        self.turned_away.append((mail_from, recipients, reply))

    examines = False

    def examines_from(self, peer: Peer) -> bool:
        return False

    def examine(self, envelope: Envelope) -> Findings | Reply:
        return NOTHING

    def read(self, envelope: Envelope) -> Envelope:
        if self.unreadable and self.unreadable in envelope.content:
            raise ValueError("illegible")
        return envelope

    def deliver(self, batch: Sequence[Envelope]) -> Sequence[Reply]:
        self.gate.wait(20)
        self.fail(batch)
        self.batches.append(batch)
        return [STORED] * len(batch)

    def end_thread(self) -> None:
        self.threads_ended += 1


class MemorySubmission(MemoryBackend):
    """Knows alice, whose password is "secret"; lets her write from her address only."""

    SALT = Salt(b"0123456789abcdef")

    def recall_sender(self, peer: Peer, mail_from: str, size: int) -> Reply | None:
        return None

    def check_sender(self, peer: Peer, mail_from: str, size: int) -> Reply:
        own = peer.login is not None and mail_from in ("", f"{peer.login.name}@here.test")
        return SENDER_OK if own else Reply(553, "5.7.1", "This is not an address of yours")

    def check_recipient(self, peer: Peer, mail_from: str, recipient: str, size: int) -> Reply:
        return RECIPIENT_OK

    def salt(self, name: str) -> Salt:
        return self.SALT

    def authenticate(self, peer: Peer, claim: Claim) -> Login | Reply:
        [keys] = sasl.scram_keys(["secret"], self.SALT)
        right = claim.password == "secret" if isinstance(claim, Password) else claim.fits(keys)
        if claim.name == "broken":
            raise RuntimeError("secret detail")
        if claim.name != "alice" or not right:
            return Reply(535, "5.7.8", "Name or password is wrong")
        return Login(claim.name, 1, keys.server)


class RunningServer(Running[Server]):
    """A server whose backend is in memory."""

    def __init__(self, server: Server, address: tuple[str, int], backend: MemoryBackend) -> None:
        super().__init__(server, address)
        self.backend = backend


@contextmanager
def running(
    spool: Path,
    limits: Limits | None = None,
    limiter: ConnectionLimiter | None = None,
    tls: Callable[[], ssl.SSLContext] | None = None,
    turn: AbstractContextManager[object] | None = None,
    *,
    submission: bool = False,
    tls_first: bool = False,
    plaintext_auth: PlaintextAuth = PlaintextAuth.NEVER,
    proxies: Networks | None = None,
) -> Iterator[RunningServer]:
    """A server with a backend in memory."""
    backend = MemorySubmission() if submission else MemoryBackend()
    server = Server(
        backend,
        hostname="mx.here.test",
        spool=spool,
        receiver=Submission if submission else Receiver,
        limits=limits,
        limiter=limiter,
        tls=tls,
        turn=turn,
        plaintext_auth=plaintext_auth,
        proxies=proxies,
    )
    listening = socket.create_server(("127.0.0.1", 0))
    run = RunningServer(server, listening.getsockname(), backend)
    try:
        with serving(run, listening, tls_first=tls_first):
            yield run
    finally:
        backend.gate.set()


class RawClient:
    """Octets to the server and reply lines back, for what no well-bred client would send."""

    def __init__(self, peer: socket.socket) -> None:
        self.peer, self.answers = peer, peer.makefile("rb")

    def send(self, octets: bytes) -> None:
        self.peer.sendall(octets)

    def reply(self) -> str:
        """The next reply's last line; "" when the server has closed."""
        while (line := self.answers.readline().decode())[3:4] == "-":
            pass
        return line.removesuffix("\r\n")

    def ask(self, line: str) -> str:
        self.send(line.encode() + b"\r\n")
        return self.reply()

    def begin_data(self, *recipients: str) -> str:
        """Up to the answer to DATA."""
        self.reply()
        self.ask("EHLO client.test")
        self.ask("MAIL FROM:<a@there.test>")
        for recipient in recipients or ("bob@here.test",):
            self.ask(f"RCPT TO:<{recipient}>")
        return self.ask("DATA")

    def close(self) -> None:
        self.answers.close()
        self.peer.close()


def until(condition: Callable[[], bool]) -> None:
    """Wait for what a server's threads are about to do."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
