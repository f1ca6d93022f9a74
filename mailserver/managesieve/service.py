"""What all ManageSieve sessions share."""

from dataclasses import dataclass
from typing import Any

from ..access import service
from ..access.service import SHUTTING_DOWN
from .backend import Backend
from .limits import Limits
from .wire import answer


@dataclass
class Service(service.Service[Backend[Any], Limits]):
    """What is said to who comes too often, or too late."""

    too_many = answer("BYE", "Too many connections")
    shutting_down = answer("BYE", SHUTTING_DOWN, "TRYLATER")
