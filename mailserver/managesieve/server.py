"""The ManageSieve server: its sessions on the listener that all have."""

import ssl
from collections.abc import Callable
from typing import Any

from ..access import server
from ..limits import ConnectionLimiter
from ..workers import Workers
from .backend import Backend
from .limits import Limits
from .service import Service
from .session import Session

THREADS = 2


class Server(server.Server[Service]):
    """Serves port 4190. `allows_plaintext` says for an address whether it may log in without TLS."""

    def __init__(
        self,
        backend: Backend[Any],
        *,
        hostname: str,
        allows_plaintext: Callable[[str], bool],
        tls: Callable[[], ssl.SSLContext] | None = None,
        limits: Limits | None = None,
        limiter: ConnectionLimiter | None = None,
    ) -> None:
        service = Service(
            hostname=hostname,
            backend=backend,
            limits=limits or Limits(),
            limiter=limiter or ConnectionLimiter(),
            questions=Workers(THREADS, "managesieve", backend.end_thread),
            log_ins=Workers(THREADS, "managesieve-log-in", backend.end_thread),
            tls=tls,
            allows_plaintext=allows_plaintext,
        )
        super().__init__(service, Session)
