"""What all sessions of a server share."""

from dataclasses import dataclass

from ..access import service
from ..access.service import SHUTTING_DOWN
from .backend import Backend
from .limits import Limits
from .replies import No
from .written import Written


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
class Service(service.Service[Backend, Limits]):
    """Beside what every service has: what is written once for all, and what is on its way in."""

    too_many = b"* BYE [UNAVAILABLE] Too many connections from your address\r\n"
    shutting_down = f"* BYE {SHUTTING_DOWN}\r\n".encode()

    def __post_init__(self) -> None:
        self.budget = Budget(self.limits.in_flight_bytes)
        self.written = Written(self.limits.written_bytes)
