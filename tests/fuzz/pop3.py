"""The POP3 server in memory, without sockets and threads: any dialogue, and any message fetched by it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from mailserver.access.connection import Connection
from mailserver.limits import ConnectionLimiter
from mailserver.pop3 import commands
from mailserver.pop3.limits import Limits
from mailserver.pop3.service import Service
from mailserver.pop3.session import Session
from mailserver.pop3.wire import Stuffer, Top
from tests.mailserver.pop3.memory import ALICE, PASSWORD, MemoryBackend

from .dialogue import Transport

# The handlers enter themselves into the registry.
assert commands

_LOG_IN = f"USER {ALICE}\r\nPASS {PASSWORD}\r\n".encode()
_TURNS = 20


class _AtOnce:
    """Threads that are none."""

    async def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        return function(*arguments)


async def _session(pieces: Sequence[bytes], backend: MemoryBackend) -> bytes:
    workers: Any = _AtOnce()
    service = Service(
        "pop.test",
        backend,
        Limits(line_bytes=200),
        ConnectionLimiter(),
        workers,
        workers,
        None,
        lambda _ip: True,
    )

    async def talk(connection: Connection) -> None:
        await Session(service, connection).run()

    connection, transport = Connection(service, talk), Transport()
    connection.connection_made(transport)
    for piece in pieces:
        if transport.closed:
            break
        connection.data_received(piece)
        for _ in range(_TURNS):
            await asyncio.sleep(0)
    if not transport.closed:
        connection.eof_received()
    assert connection._task is not None
    await asyncio.wait_for(connection._task, 30)
    connection.connection_lost(None)
    assert not service.sessions
    assert not service.open
    return bytes(transport.written)


def speak(pieces: Sequence[bytes], message: bytes = b"Subject: x\r\n\r\n.y\r\n") -> bytes:
    """Say these pieces to a server whose maildrop has this message; what it answers."""
    return asyncio.run(_session(pieces, MemoryBackend({1: message})))


def check_dialogue(data: bytes, cut: int) -> None:
    """It is answered, and how the octets were cut into packets is no matter."""
    written = speak([_LOG_IN, data])
    assert written.startswith(b"+OK")
    assert written.endswith(b"\r\n")
    step = cut % 7 + 1
    assert speak([_LOG_IN, *(data[at : at + step] for at in range(0, len(data), step))]) == written


def check_message(data: bytes, cut: int) -> None:
    """Who reads line by line has the message as it is, to its end; how it was cut is no matter."""
    stuffed = _stuffed([data])
    lines = stuffed.split(b"\n")
    assert lines[-2:] == [b".\r", b""]
    assert not {b".", b".\r"} & set(lines[:-2])
    found = b"".join(line.removeprefix(b".") + b"\n" for line in lines[:-2])
    assert found == (data if data.endswith(b"\r\n") or not data else data + b"\r\n")
    step = cut % 7 + 1
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    assert _stuffed(pieces) == stuffed
    for count in (0, 1, 3):
        assert _top(pieces, count) == _top([data], count)


def _stuffed(pieces: Sequence[bytes]) -> bytes:
    stuffer = Stuffer()
    return b"".join([*map(stuffer.feed, pieces), stuffer.end()])


def _top(pieces: Sequence[bytes], lines: int) -> bytes:
    top, found = Top(lines), b""
    for piece in pieces:
        found += top.cut(piece)
        if top.is_done:
            break
    return found
