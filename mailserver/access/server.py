"""The listener of mail programs: sockets in, sessions on them, and a stop that tells everybody."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from ..limits import ConnectionLimiter
from ..workers import Workers
from .connection import Connection
from .limits import Limits
from .service import SHUTTING_DOWN, Asked, Service
from .session import Session

BACKLOG = 512
# asyncio accepts as many connections in a row as its backlog says: a process would take a whole burst from
# the others that share its socket.
ACCEPT_IN_A_ROW = 2
QUESTION_THREADS = 6
# Hashing a password takes long: whoever guesses keeps only others who log in waiting.
LOG_IN_THREADS = 2
_HANDSHAKE_SECONDS = 30


class Server[S: Service[Any, Any]]:
    """One process's share of a plain port, and of one where TLS comes first.

    A protocol names itself, and how its sessions and what they share are made. `allows_plaintext` says for an
    address whether it may log in without TLS.
    """

    name: ClassVar[str]
    threads: ClassVar[int] = QUESTION_THREADS
    make_service: Callable[..., S]
    make_limits: ClassVar[Callable[[], Limits]]
    make_session: Callable[[S, Connection], Session[S]]

    def __init__(
        self,
        backend: Asked,
        *,
        hostname: str,
        limits: Limits | None = None,
        limiter: ConnectionLimiter | None = None,
        tls: Callable[[], ssl.SSLContext] | None = None,
        allows_plaintext: Callable[[str], bool] = lambda _ip: False,
    ) -> None:
        self.service = type(self).make_service(
            hostname=hostname,
            backend=backend,
            limits=limits or type(self).make_limits(),
            limiter=limiter or ConnectionLimiter(),
            questions=Workers(self.threads, self.name, backend.end_thread),
            log_ins=Workers(LOG_IN_THREADS, f"{self.name}-log-in", backend.end_thread),
            tls=tls,
            allows_plaintext=allows_plaintext,
        )
        self._listeners: list[asyncio.Server] = []

    async def start(
        self, sockets: Sequence[socket.socket], tls_sockets: Sequence[socket.socket] = ()
    ) -> None:
        """Listen on sockets that are bound; on the second ones TLS comes first."""
        for listening in sockets:
            await self._listen(listening, None)
        for listening in tls_sockets:
            if self.service.tls is None:
                raise ValueError("TLS needs a certificate")
            await self._listen(listening, self.service.tls())

    async def _listen(self, listening: socket.socket, context: ssl.SSLContext | None) -> None:
        listener = await asyncio.get_running_loop().create_server(
            lambda: Connection(self.service, self._talk),
            sock=listening,
            backlog=ACCEPT_IN_A_ROW,
            ssl=context,
            ssl_handshake_timeout=_HANDSHAKE_SECONDS if context else None,
        )
        listening.listen(BACKLOG)
        self._listeners.append(listener)

    async def _talk(self, connection: Connection) -> None:
        await type(self).make_session(self.service, connection).run()

    async def stop(self) -> None:
        """Take no more, let commands that are under way end within the grace time, and say goodbye to all."""
        self.service.stopping = True
        for listener in self._listeners:
            listener.close()
        for session in tuple(self.service.sessions):
            session.stop_if_idle(SHUTTING_DOWN)
        await self._wait_for_goodbyes(self.service.limits.grace_seconds)
        for session in tuple(self.service.sessions):
            session.connection.cancel()
        await self._wait_for_goodbyes(1.0)
        self.service.questions.close()
        self.service.log_ins.close()

    async def _wait_for_goodbyes(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while self.service.sessions and loop.time() < end:
            await asyncio.sleep(0.05)
