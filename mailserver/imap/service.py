"""What all sessions of a server share."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..limits import ConnectionLimiter
from ..workers import Workers
from .backend import Backend
from .limits import Limits
from .replies import No
from .written import Written

if TYPE_CHECKING:
    from .session import Session

TOO_MANY = b"* BYE [UNAVAILABLE] Too many connections from your address\r\n"
SHUTTING_DOWN = "Shutting down, come back soon"


class Budget:
    """Bytes of all messages that are on their way in: past it, no more are taken for now."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    def take(self, size: int) -> None:
        """Count so many bytes, or refuse them."""
        if size > self._left:
            raise No("Too much is on its way in, try again later", "INUSE")
        self._left -= size

    def give_back(self, size: int) -> None:
        """They have arrived, or never will."""
        self._left += size


@dataclass
class Service:
    """Hostname, limits, the backend and its threads, and who is connected."""

    hostname: str
    backend: Backend
    limits: Limits
    limiter: ConnectionLimiter
    questions: Workers
    log_ins: Workers
    tls: Callable[[], ssl.SSLContext] | None = None
    allows_plaintext: Callable[[str], bool] = lambda _ip: False
    stopping: bool = False
    sessions: set["Session"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.budget = Budget(self.limits.in_flight_bytes)
        self.written = Written(self.limits.written_bytes)

    def admit(self, ip: str) -> bytes:
        """Count a connection; what is said to one that is not taken."""
        if self.stopping:
            return f"* BYE {SHUTTING_DOWN}\r\n".encode()
        return b"" if self.limiter.admit(ip) else TOO_MANY

    def release(self, ip: str) -> None:
        """A connection that was admitted has ended."""
        self.limiter.release(ip)
