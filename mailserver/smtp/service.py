"""What all sessions of one listening process share."""

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..limits import ConnectionLimiter
from .backend import Backend
from .grouping import Grouping
from .limits import Limits
from .reply import TROUBLE, Reply
from .spool import Budget, RunBlocking

if TYPE_CHECKING:
    from .connection import Connection

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
    tls: Callable[[], ssl.SSLContext] | None = None
    stopping: bool = False
    connections: set["Connection"] = field(default_factory=set)

    async def ask(self, question: Callable[..., Reply], *arguments: object) -> Reply:
        """Ask the backend in a thread; when it raises, the fault is ours and the peer may try again."""
        try:
            reply = await self.run_blocking(question, *arguments)
        except Exception:
            log.exception("The backend failed to answer")
            return TROUBLE
        return reply if isinstance(reply, Reply) else TROUBLE
