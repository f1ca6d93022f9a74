"""A server in a thread of its own, with scripts in memory."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mailserver.access.refusal import No
from mailserver.managesieve.backend import Script
from mailserver.managesieve.limits import Limits
from mailserver.managesieve.server import Server
from mailserver.sasl import Claim, Password, Salt, scram_keys
from tests.certificate import server_context
from tests.mailserver.admission import MemoryAdmission
from tests.mailserver.running import Running, serving

PASSWORD = "open sesame"


@dataclass
class MemoryOwner:
    """Somebody who logged in (mailserver.managesieve.backend.Owner)."""

    name: str
    admission: MemoryAdmission


@dataclass
class Memory:
    """Scripts of anybody who knows the password."""

    kept: dict[str, str] = field(default_factory=lambda: {"main": "keep;\r\n"})
    active: str = "main"
    admission: MemoryAdmission = field(default_factory=MemoryAdmission)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    extensions: Sequence[str] = ("fileinto", "body")

    def salt(self, name: str) -> Salt:
        return Salt(name.encode())

    def log_in(self, claim: Claim, ip: str) -> tuple[MemoryOwner, bytes]:
        [keys] = scram_keys([PASSWORD], self.salt(claim.name))
        password = claim.password if isinstance(claim, Password) else PASSWORD * claim.fits(keys)
        self.asked.append((claim.name, password, ip))
        if password == "trouble":
            raise RuntimeError("a secret of the database")
        if password != PASSWORD:
            raise No("Wrong name or password")
        return MemoryOwner(claim.name, self.admission), keys.server

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        return function(*arguments)

    def scripts(self, _owner: MemoryOwner) -> list[Script]:
        return [Script(name, name == self.active) for name in self.kept]

    def read(self, _owner: MemoryOwner, name: str) -> str:
        if name not in self.kept:
            raise No("There is no such script", "NONEXISTENT")
        return self.kept[name]

    def check(self, _owner: MemoryOwner, text: str) -> None:
        if "bad" in text:
            raise No("line 1: no rule can do this\r\nline 2: nor this")

    def make_room(self, _owner: MemoryOwner, _name: str, size: int) -> None:
        if size > 1000:
            raise No("Too large", "QUOTA/MAXSIZE")

    def write(self, owner: MemoryOwner, name: str, text: str) -> None:
        self.check(owner, text)
        self.kept[name] = text

    def activate(self, owner: MemoryOwner, name: str) -> None:
        self.read(owner, name or self.active)
        self.active = name

    def delete(self, owner: MemoryOwner, name: str) -> None:
        self.read(owner, name)
        if name == self.active:
            raise No("It is active", "ACTIVE")
        del self.kept[name]

    def rename(self, owner: MemoryOwner, name: str, new: str) -> None:
        if new in self.kept:
            raise No("The name is taken", "ALREADYEXISTS")
        self.kept[new] = self.read(owner, name)
        del self.kept[name]

    def end_thread(self) -> None:
        return


class RunningServer(Running[Server]):
    """A server whose backend is in memory."""

    def __init__(self, server: Server, address: tuple[str, int], backend: Memory) -> None:
        super().__init__(server, address)
        self.backend = backend


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., RunningServer]]:
    """Start servers."""
    tls = server_context(tmp_path, "sieve.test")
    with ExitStack() as stack:

        def start(*, plain: bool = True, limits: Limits | None = None) -> RunningServer:
            backend = Memory()
            server = Server(
                backend,
                hostname="sieve.test",
                allows_plaintext=lambda _ip: plain,
                tls=lambda: tls,
                limits=limits,
            )
            listening = socket.create_server(("127.0.0.1", 0))
            run = RunningServer(server, listening.getsockname(), backend)
            stack.enter_context(serving(run, listening))
            return run

        yield start
