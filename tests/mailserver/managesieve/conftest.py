"""A server in a thread of its own, with scripts in memory."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mailserver.managesieve.backend import Refused, Script
from mailserver.managesieve.connection import Limits
from mailserver.managesieve.server import Server
from tests.certificate import server_context

PASSWORD = "open sesame"


@dataclass
class Memory:
    """Scripts of anybody who knows the password."""

    kept: dict[str, str] = field(default_factory=lambda: {"main": "keep;\r\n"})
    active: str = "main"
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    extensions: Sequence[str] = ("fileinto", "body")

    def log_in(self, user: str, password: str, ip: str) -> str:
        self.asked.append((user, password, ip))
        if password == "trouble":
            raise RuntimeError("a secret of the database")
        if password != PASSWORD:
            raise Refused("Wrong name or password")
        return user

    def scripts(self, _owner: str) -> list[Script]:
        return [Script(name, name == self.active) for name in self.kept]

    def read(self, _owner: str, name: str) -> str:
        if name not in self.kept:
            raise Refused("There is no such script", "NONEXISTENT")
        return self.kept[name]

    def check(self, _owner: str, text: str) -> None:
        if "bad" in text:
            raise Refused("line 1: no rule can do this\r\nline 2: nor this")

    def make_room(self, _owner: str, _name: str, size: int) -> None:
        if size > 1000:
            raise Refused("Too large", "QUOTA/MAXSIZE")

    def write(self, owner: str, name: str, text: str) -> None:
        self.check(owner, text)
        self.kept[name] = text

    def activate(self, owner: str, name: str) -> None:
        self.read(owner, name or self.active)
        self.active = name

    def delete(self, owner: str, name: str) -> None:
        self.read(owner, name)
        if name == self.active:
            raise Refused("It is active", "ACTIVE")
        del self.kept[name]

    def rename(self, owner: str, name: str, new: str) -> None:
        if new in self.kept:
            raise Refused("The name is taken", "ALREADYEXISTS")
        self.kept[new] = self.read(owner, name)
        del self.kept[name]

    def end_thread(self) -> None:
        return


class Running:
    """A server that listens until the end of the test."""

    def __init__(self, tls: Callable[[], ssl.SSLContext], limits: Limits, *, plain: bool) -> None:
        self.backend = Memory()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = self._listening.getsockname()
        self._server = Server(self.backend, may_say_plain=lambda _ip: plain, tls=tls, limits=limits)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.start([self._listening]), self._loop).result(10)

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, 10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start servers."""
    tls = server_context(tmp_path, "sieve.test")
    started: list[Running] = []

    def start(*, plain: bool = True, limits: Limits | None = None) -> Running:
        started.append(Running(lambda: tls, limits or Limits(), plain=plain))
        return started[-1]

    yield start
    for each in started:
        each.stop()
