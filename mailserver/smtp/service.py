"""What all sessions of one listening process share."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..limits import ConnectionLimiter
from ..sasl import PlaintextAuth
from .backend import Backend
from .envelope import Opinion
from .grouping import Arrival, Grouping
from .limits import Limits
from .reply import TROUBLE, Reply
from .spool import Budget, RunBlocking

if TYPE_CHECKING:
    from .connection import Connection

EXAMINE_SECONDS = 5.0
EXAMINE_THREADS = 8

log = logging.getLogger(__name__)


@dataclass
class Service:
    """Hostname, limits, the backend and its threads, and who is connected."""

    hostname: str
    backend: Backend[Any]
    limits: Limits
    limiter: ConnectionLimiter
    budget: Budget
    grouping: Grouping
    run_blocking: RunBlocking
    run_examining: RunBlocking | None
    tls: Callable[[], ssl.SSLContext] | None = None
    plaintext_auth: PlaintextAuth = PlaintextAuth.NEVER
    stopping: bool = False
    connections: set["Connection"] = field(default_factory=set)

    def __post_init__(self) -> None:
        # As many messages at a time as there are threads for: each is in memory meanwhile.
        self._examined = asyncio.Semaphore(EXAMINE_THREADS)

    async def ask(self, question: Callable[..., Reply], *arguments: object) -> Reply:
        """Ask the backend in a thread; when it raises, the fault is ours and the peer may try again."""
        try:
            reply = await self.run_blocking(question, *arguments)
        except Exception:
            log.exception("The backend failed to answer")
            return TROUBLE
        return reply if isinstance(reply, Reply) else TROUBLE

    async def examine(self, arrival: Arrival) -> Opinion | Reply | None:
        """Ask the backend what it thinks of a message; None when it fails or takes too long."""
        if self.run_examining is None:
            return None
        deadline = asyncio.get_running_loop().time() + EXAMINE_SECONDS
        try:
            async with asyncio.timeout_at(deadline):
                await self._examined.acquire()
        except TimeoutError:
            return None
        try:
            return await self._ask_opinion(arrival, self.run_examining, deadline)
        finally:
            self._examined.release()

    async def _ask_opinion(
        self, arrival: Arrival, run_examining: RunBlocking, deadline: float
    ) -> Opinion | Reply | None:
        # Read here and not in the thread that may be left behind: nobody else reads the file meanwhile.
        envelope = await self.run_blocking(arrival.envelope)
        try:
            async with asyncio.timeout_at(deadline):
                found = await run_examining(self.backend.examine, envelope)
        except TimeoutError:
            return None
        except Exception:
            log.exception("The backend failed to examine a message")
            return None
        return found if isinstance(found, Opinion | Reply) else None
