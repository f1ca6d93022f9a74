"""The SMTP listener: sockets in, receivers on them, and a stop that loses nothing."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from ..limits import ConnectionLimiter
from ..networks import Networks
from ..proxy_protocol import Door
from ..sasl import PlaintextAuth
from ..workers import Workers
from .backend import Backend
from .grouping import Grouping
from .limits import Limits
from .receiver import Receiver
from .replies import SHUTTING_DOWN
from .service import EXAMINE_THREADS, Service
from .spool import Budget

BACKLOG = 512
# asyncio accepts as many connections in a row as its backlog says: a process would take a whole burst from
# the others that share its socket.
ACCEPT_IN_A_ROW = 2
QUESTION_THREADS = 4
LAST_WORDS_SECONDS = 1.0


class Server:
    """One process's share of a port, whose dialogue is `receiver`'s.

    `spool` is a directory on the disk that must not fill up. Each commit is made within `turn`, in which the
    processes take their turns.
    """

    def __init__(
        self,
        backend: Backend[Any],
        *,
        hostname: str,
        spool: Path,
        receiver: type[Receiver] = Receiver,
        limits: Limits | None = None,
        limiter: ConnectionLimiter | None = None,
        tls: Callable[[], ssl.SSLContext] | None = None,
        turn: AbstractContextManager[object] | None = None,
        plaintext_auth: PlaintextAuth = PlaintextAuth.NEVER,
        proxies: Networks | None = None,
    ) -> None:
        limits = limits or Limits()
        self._receiver = receiver
        self._proxies = proxies
        # Commits have threads of their own: no crowd of questions keeps a message waiting.
        self._questions = Workers(QUESTION_THREADS, "smtp-question", backend.end_thread)
        self._commits = Workers(1, "smtp-commit", backend.end_thread)
        # A filter that is slow keeps nobody's question waiting.
        self._examinations = (
            Workers(EXAMINE_THREADS, "smtp-examine", backend.end_thread) if backend.examines else None
        )
        self.service = Service(
            hostname=hostname,
            backend=backend,
            limits=limits,
            limiter=limiter or ConnectionLimiter(),
            budget=Budget(limits, spool),
            grouping=Grouping(backend, limits, self._commits.run, turn or nullcontext()),
            run_blocking=self._questions.run,
            run_examining=self._examinations.run if self._examinations else None,
            tls=tls,
            plaintext_auth=plaintext_auth,
        )
        self._listeners: list[asyncio.Server] = []

    async def start(
        self, sockets: Sequence[socket.socket], tls_sockets: Sequence[socket.socket] = ()
    ) -> None:
        """Listen on sockets that are bound; on some of them TLS comes before all else (RFC 8314 §3.3)."""
        for listening in sockets:
            await self._listen(listening, tls_first=False)
        for listening in tls_sockets:
            await self._listen(listening, tls_first=True)

    async def _listen(self, listening: socket.socket, *, tls_first: bool) -> None:
        listener = await asyncio.get_running_loop().create_server(
            self._protocol(tls_first=tls_first), sock=listening, backlog=ACCEPT_IN_A_ROW
        )
        listening.listen(BACKLOG)
        self._listeners.append(listener)

    def _protocol(self, *, tls_first: bool) -> Callable[[], asyncio.BaseProtocol]:
        """Say what speaks on a new connection."""
        receiver = partial(self._receiver, self.service, tls_first=tls_first)
        return partial(Door, receiver, self._proxies) if self._proxies else receiver

    async def stop(self) -> None:
        """Take no more, let open uploads finish within the grace time, commit what is here, then end."""
        self.service.stopping = True
        for listener in self._listeners:
            listener.close()
        for connection in tuple(self.service.connections):
            connection.stop_if_idle()
        await self._wait_for_goodbyes(self.service.limits.grace_seconds)
        for connection in tuple(self.service.connections):
            connection.hang_up(SHUTTING_DOWN)
        await self.service.grouping.drain()
        await self._wait_for_goodbyes(LAST_WORDS_SECONDS)
        self._questions.close()
        if self._examinations:
            self._examinations.close()
        self._commits.close()

    async def _wait_for_goodbyes(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while self.service.connections and loop.time() < end:
            await asyncio.sleep(0.05)
