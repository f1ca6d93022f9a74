"""The IMAP server: sessions of this protocol on the listener that all have."""

from ..access import server
from . import commands
from .limits import Limits
from .service import Service
from .session import Session

# The handlers enter themselves into the registry.
assert commands


class Server(server.Server[Service]):
    """One process's share of ports 143 and 993."""

    name = "imap"
    make_service, make_limits, make_session = Service, Limits, Session
