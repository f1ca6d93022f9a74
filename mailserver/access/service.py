"""What all sessions of a server share."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from ..limits import ConnectionLimiter
from ..workers import Workers
from .limits import Limits

if TYPE_CHECKING:
    from .session import Session

SHUTTING_DOWN = "Shutting down, come back soon"


class Asked(Protocol):
    """What is asked of every backend."""

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function with all that a thread needs to ask; trouble is raised in the protocol's words."""
        ...

    def end_thread(self) -> None:
        """Let go of what belongs to the calling thread."""
        ...


@dataclass
class Service[B: Asked, L: Limits]:
    """Hostname, limits, the backend and its threads, and who is connected."""

    hostname: str
    backend: B
    limits: L
    limiter: ConnectionLimiter
    questions: Workers
    log_ins: Workers
    tls: Callable[[], ssl.SSLContext] | None = None
    allows_plaintext: Callable[[str], bool] = lambda _ip: False
    stopping: bool = False
    sessions: set["Session[Any]"] = field(default_factory=set)

    too_many: ClassVar[bytes]
    """What is said to a connection past the limit."""
    shutting_down: ClassVar[bytes]
    """What is said to one that comes at the end."""

    def admit(self, ip: str) -> bytes:
        """Count a connection; what is said to one that is not taken."""
        if self.stopping:
            return self.shutting_down
        return b"" if self.limiter.admit(ip) else self.too_many

    def release(self, ip: str) -> None:
        """A connection that was admitted has ended."""
        self.limiter.release(ip)
