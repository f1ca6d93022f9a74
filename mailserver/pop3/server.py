"""The POP3 server: its sessions on the listener that all have, and a hold on what they opened."""

import asyncio
import logging
import socket
from collections.abc import Sequence

from ..access import server
from . import commands
from .limits import Limits
from .replies import No
from .service import Service
from .session import Session

log = logging.getLogger(__name__)

# The handlers enter themselves into the registry.
assert commands


class Server(server.Server[Service]):
    """One process's share of ports 110 and 995."""

    name = "pop3"
    make_service, make_limits, make_session = Service, Limits, Session
    hold_seconds = 20.0
    """Between two looks at the maildrops that are open."""
    _holding: asyncio.Task[None] | None = None

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
            await asyncio.sleep(self.hold_seconds)
            if tokens := list(self.service.open):
                try:
                    await self.service.questions.run(backend.run, backend.hold_on, tokens)
                except No:
                    log.warning("Open maildrops could not be held on to")
