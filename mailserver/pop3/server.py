"""The POP3 server: its sessions on the listener that all have, and a hold on what they opened."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable, Sequence

from ..access import server
from ..limits import ConnectionLimiter
from ..workers import Workers
from . import commands
from .backend import Backend
from .limits import Limits
from .replies import No
from .service import Service
from .session import Session

log = logging.getLogger(__name__)

# The handlers enter themselves into the registry.
assert commands

HOLD_SECONDS = 20.0


class Server(server.Server[Service]):
    """One process's share of ports 110 and 995. `allows_plaintext` says for an address whether it may log in
    without TLS."""

    def __init__(
        self,
        backend: Backend,
        *,
        hostname: str,
        limits: Limits | None = None,
        limiter: ConnectionLimiter | None = None,
        tls: Callable[[], ssl.SSLContext] | None = None,
        allows_plaintext: Callable[[str], bool] = lambda _ip: False,
        hold_seconds: float = HOLD_SECONDS,
    ) -> None:
        service = Service(
            hostname=hostname,
            backend=backend,
            limits=limits or Limits(),
            limiter=limiter or ConnectionLimiter(),
            questions=Workers(server.QUESTION_THREADS, "pop3", backend.end_thread),
            log_ins=Workers(server.LOG_IN_THREADS, "pop3-log-in", backend.end_thread),
            tls=tls,
            allows_plaintext=allows_plaintext,
        )
        super().__init__(service, Session)
        self._hold_seconds = hold_seconds
        self._holding: asyncio.Task[None] | None = None

    async def start(
        self, sockets: Sequence[socket.socket], tls_sockets: Sequence[socket.socket] = ()
    ) -> None:
        """Listen, and hold on to what is open."""
        self._holding = asyncio.get_running_loop().create_task(self._hold())
        await super().start(sockets, tls_sockets)

    async def stop(self) -> None:
        """Stop, and let go."""
        if self._holding is not None:
            self._holding.cancel()
        await super().stop()

    async def _hold(self) -> None:
        """Again and again say which maildrops are open, one call for all; what fails is tried again."""
        backend = self.service.backend
        while True:
            await asyncio.sleep(self._hold_seconds)
            if tokens := list(self.service.open):
                try:
                    await self.service.questions.run(backend.run, backend.hold_on, tokens)
                except No:
                    log.warning("Open maildrops could not be held on to")
