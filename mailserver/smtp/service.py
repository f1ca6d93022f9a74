"""What all sessions of one listening process share."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ..limits import ConnectionLimiter
from ..sasl import PlaintextAuth
from .backend import Backend
from .envelope import NOTHING, Findings
from .grouping import Grouping
from .limits import Limits
from .reply import TROUBLE, Reply
from .spool import Budget, RunBlocking
from .transaction import Arrival

if TYPE_CHECKING:
    from .connection import Connection

EXAMINE_SECONDS = 25.0
EXAMINE_THREADS = 16
_LARGE_AT_A_TIME = 2

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
        # As many messages at a time as there are threads for, few large ones: each is in memory meanwhile.
        self._examined = asyncio.Semaphore(EXAMINE_THREADS)
        self._examined_large = asyncio.Semaphore(_LARGE_AT_A_TIME)

    async def ask(self, question: Callable[..., Reply], *arguments: object) -> Reply:
        """Ask the backend in a thread for a reply; see `find`."""
        reply = await self.find(question, *arguments)
        return reply if isinstance(reply, Reply) else TROUBLE

    async def find[T](self, question: Callable[..., T | Reply], *arguments: object) -> T | Reply:
        """Ask the backend in a thread; when it raises, the fault is ours and the peer may try again."""
        try:
            return cast("T | Reply", await self.run_blocking(question, *arguments))
        except Exception:
            log.exception("The backend failed to answer")
            return TROUBLE

    async def examine(self, arrival: Arrival) -> Findings | Reply:
        """Ask the backend about a message; nothing is found when it fails or takes too long."""
        if self.run_examining is None or not self.backend.examines_from(arrival.peer):
            return NOTHING
        deadline = asyncio.get_running_loop().time() + EXAMINE_SECONDS
        places = self._examined_large if arrival.intake.in_file else self._examined
        try:
            async with asyncio.timeout_at(deadline):
                await places.acquire()
        except TimeoutError:
            return NOTHING
        try:
            # Read here and not in the thread that may be left behind: nobody else reads the file meanwhile.
            if arrival.intake.in_file:
                envelope = await self.run_blocking(arrival.envelope)
            else:
                envelope = arrival.envelope()
        except BaseException:
            places.release()
            raise
        examining = asyncio.ensure_future(self.run_examining(self.backend.examine, envelope))
        examining.add_done_callback(partial(_leave, places))
        return await _within(deadline, examining)


def _leave(places: asyncio.Semaphore, examining: asyncio.Future[object]) -> None:
    """Give up a place when its thread is done, left behind or not: so long it has the message."""
    places.release()
    if not examining.cancelled():
        examining.exception()


async def _within(deadline: float, examining: asyncio.Future[object]) -> Findings | Reply:
    """Wait until then, no longer, for what is found."""
    try:
        async with asyncio.timeout_at(deadline):
            found = await asyncio.shield(examining)
    except TimeoutError:
        return NOTHING
    except Exception:
        log.exception("The backend failed to examine a message")
        return NOTHING
    return found if isinstance(found, Findings | Reply) else NOTHING
