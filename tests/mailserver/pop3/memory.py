"""A backend in memory, and a running server on it."""

import socket
import ssl
from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from mailserver.limits import ConnectionLimiter
from mailserver.pop3.backend import Listing
from mailserver.pop3.limits import Limits
from mailserver.pop3.replies import No
from mailserver.pop3.server import Server
from mailserver.sasl import Claim, Password, Salt, scram_keys
from tests.mailserver.admission import MemoryAdmission
from tests.mailserver.running import LineClient, Running, serving

PASSWORD = "open sesame"
ALICE = "alice@here.test"
FIRST = b"Subject: One\r\nFrom: bob@there.test\r\n\r\nHello.\r\n.\r\n..two dots\r\nThe end\r\n"
SECOND = "Subject: Grüße\r\n\r\nDer Teig ruht\r\n".encode()


class MemoryDrop:
    """A maildrop that is open (mailserver.pop3.backend.Maildrop)."""

    def __init__(self, owner: "MemoryBackend") -> None:
        self._owner, self.token = owner, "token"
        messages = owner.messages
        self.listing = Listing("7", array("Q", messages), array("Q", [len(raw) for raw in messages.values()]))

    def bodies(self, keys: Sequence[int]) -> Mapping[int, bytes]:
        self._owner.read.append(list(keys))
        return {key: self._owner.messages[key] for key in keys if key in self._owner.messages}

    def piece(self, key: int, start: int, end: int) -> bytes:
        if key not in self._owner.messages:
            raise No("This message is gone")
        return self._owner.messages[key][start:end]

    def commit(self, deleted: Sequence[int]) -> None:
        for key in deleted:
            del self._owner.messages[key]
        self.let_go()

    def let_go(self) -> None:
        self._owner.is_open = False


@dataclass
class MemoryBackend:
    """Alice's mail, for whoever knows the password (mailserver.pop3.backend.Backend, Owner)."""

    messages: dict[int, bytes] = field(default_factory=lambda: {11: FIRST, 12: SECOND})
    claims: list[tuple[str, str]] = field(default_factory=list)
    read: list[list[int]] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    is_open: bool = False
    admission: MemoryAdmission = field(default_factory=MemoryAdmission)
    fail: Callable[[Callable[..., object]], None] = lambda _function: None

    def salt(self, name: str) -> Salt:
        return Salt(name.encode())

    def log_in(self, claim: Claim, ip: str) -> tuple["MemoryBackend", bytes]:
        self.claims.append((claim.name, ip))
        [keys] = scram_keys([PASSWORD], self.salt(ALICE))
        is_right = claim.password == PASSWORD if isinstance(claim, Password) else claim.fits(keys)
        if claim.name != ALICE or not is_right:
            raise No("Name or password is wrong", "AUTH")
        return self, keys.server

    def open(self) -> MemoryDrop:
        if self.is_open:
            raise No("Another program has the mailbox open", "IN-USE")
        self.is_open = True
        return MemoryDrop(self)

    def hold_on(self, tokens: Collection[str]) -> None:
        self.held.append(len(tokens))

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        self.fail(function)
        return function(*arguments)

    def end_thread(self) -> None:
        """Nothing belongs to a thread."""


class RunningServer(Running[Server]):
    """A server whose backend is in memory."""

    def __init__(self, server: Server, address: tuple[str, int], backend: MemoryBackend) -> None:
        super().__init__(server, address)
        self.backend = backend


@contextmanager
def running(
    limits: Limits | None = None,
    limiter: ConnectionLimiter | None = None,
    tls: Callable[[], ssl.SSLContext] | None = None,
    *,
    allows_plaintext: bool = True,
    hold_seconds: float = 60.0,
) -> Iterator[RunningServer]:
    """A server with a backend in memory."""
    backend = MemoryBackend()
    server = Server(
        backend,
        hostname="pop.here.test",
        limits=limits,
        limiter=limiter,
        tls=tls,
        allows_plaintext=lambda _ip: allows_plaintext,
    )
    server.hold_seconds = hold_seconds
    listening = socket.create_server(("127.0.0.1", 0))
    run = RunningServer(server, listening.getsockname(), backend)
    with serving(run, listening):
        yield run


class RawClient(LineClient):
    """Commands to the server and lines back."""

    def ask(self, command: str) -> str:
        """Send a command; the line that answers it."""
        self.send(f"{command}\r\n".encode())
        return self.line()

    def lines(self, command: str = "") -> list[str]:
        """Send a command, if any; all lines of its answer after the first."""
        if command:
            assert self.ask(command).startswith("+OK"), command
        found = []
        while (line := self.line()) != ".":
            found.append(line)
        return found

    def log_in(self, name: str = ALICE, password: str = PASSWORD) -> str:
        """Greet and log in; what was said to that."""
        assert self.line().startswith("+OK")
        assert self.ask(f"USER {name}").startswith("+OK")
        return self.ask(f"PASS {password}")
