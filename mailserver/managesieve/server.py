"""The ManageSieve listener: sockets in, sessions on them, and a stop."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from ..limits import ConnectionLimiter
from ..workers import Workers
from .backend import Backend
from .connection import Connection, GoodbyeError, Limits, Reader
from .session import Session, answer

THREADS = 4
_LAST_WORDS_SECONDS = 1.0


class Server:
    """Serves on sockets that are bound. `may_say_plain` tells of an address whether TLS may be missing."""

    def __init__(
        self,
        backend: Backend[Any],
        *,
        may_say_plain: Callable[[str], bool],
        tls: Callable[[], ssl.SSLContext] | None = None,
        limits: Limits | None = None,
        limiter: ConnectionLimiter | None = None,
    ) -> None:
        self._backend, self._may_say_plain, self._tls = backend, may_say_plain, tls
        self._limits, self._limiter = limits or Limits(), limiter or ConnectionLimiter()
        self._workers = Workers(THREADS, "managesieve", backend.end_thread)
        self._listeners: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, sockets: Sequence[socket.socket]) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        for listening in sockets:
            self._listeners.append(await loop.create_server(self._protocol, sock=listening))

    async def stop(self) -> None:
        """Take no more, and end what is open: nothing is half done."""
        for listener in self._listeners:
            listener.close()
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_WORDS_SECONDS)
        self._workers.close()

    def _protocol(self) -> asyncio.StreamReaderProtocol:
        return asyncio.StreamReaderProtocol(Reader(self._limits.line_octets), self._begin)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert isinstance(reader, Reader)
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: Reader, writer: asyncio.StreamWriter) -> None:
        ip = str(writer.get_extra_info("peername", ("",))[0])
        connection = Connection(reader, writer, self._limits)
        if not self._limiter.admit(ip):
            await self._end(connection, writer, "Too many connections")
            return
        try:
            session = Session(
                connection,
                self._backend,
                self._workers.run,
                ip=ip,
                limits=self._limits,
                may_say_plain=self._may_say_plain(ip),
                tls=self._tls,
            )
            await session.serve()
            await self._end(connection, writer, "")
        except GoodbyeError as goodbye:
            await self._end(connection, writer, str(goodbye))
        except asyncio.CancelledError:
            await self._end(connection, writer, "The server stops")
        finally:
            self._limiter.release(ip)

    async def _end(self, connection: Connection, writer: asyncio.StreamWriter, last_word: str) -> None:
        with suppress(GoodbyeError, OSError):
            if last_word:
                await connection.say(answer("BYE", last_word))
        writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await writer.wait_closed()
