"""The IMAP server: sessions of this protocol on the listener that all have."""

import ssl
from collections.abc import Callable

from ..access import server
from ..limits import ConnectionLimiter
from ..workers import Workers
from . import commands
from .backend import Backend
from .limits import Limits
from .service import Service
from .session import Session

# The handlers enter themselves into the registry.
assert commands


class Server(server.Server[Service]):
    """One process's share of ports 143 and 993. `allows_plaintext` says for an address whether it may log in
    without TLS."""

    def __init__(
        self,
        backend: Backend,
        *,
        hostname: str,
        limits: Limits | None = None,
        limiter: ConnectionLimiter | None = None,
        tls: Callable[[], ssl.SSLContext] | None = None,
        allows_plaintext: Callable[[str], bool] = lambda _ip: False,
    ) -> None:
        service = Service(
            hostname=hostname,
            backend=backend,
            limits=limits or Limits(),
            limiter=limiter or ConnectionLimiter(),
            questions=Workers(server.QUESTION_THREADS, "imap", backend.end_thread),
            log_ins=Workers(server.LOG_IN_THREADS, "imap-log-in", backend.end_thread),
            tls=tls,
            allows_plaintext=allows_plaintext,
        )
        super().__init__(service, Session)
