"""What all POP3 sessions of a process share."""

from dataclasses import dataclass, field

from ..access import service
from ..access.service import SHUTTING_DOWN
from .backend import Backend
from .limits import Limits
from .replies import negative


@dataclass
class Service(service.Service[Backend, Limits]):
    """Beside what every service has: the maildrops that are open."""

    open: set[str] = field(default_factory=set)

    too_many = negative("Too many connections from your address", "SYS/TEMP")
    shutting_down = negative(SHUTTING_DOWN, "SYS/TEMP")
