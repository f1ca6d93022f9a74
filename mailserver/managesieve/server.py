"""The ManageSieve server: its sessions on the listener that all have."""

from ..access import server
from .limits import Limits
from .service import Service
from .session import Session


class Server(server.Server[Service]):
    """Serves port 4190."""

    name, threads = "managesieve", 2
    make_service, make_limits, make_session = Service, Limits, Session
