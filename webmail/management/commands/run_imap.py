"""`run_imap`: serve mail programs by IMAP, in IMAP_PROCESSES processes that share the ports."""

import asyncio
import gc
import socket
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mailserver.limits import ConnectionLimiter
from webmail.servers import imap_server, listen, prefork


class Command(BaseCommand):
    help = "Serve mail programs by IMAP"
    # They would load every page of the site into this process.
    requires_system_checks: Sequence[str] = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        sockets = listen.listen(settings.IMAP_LISTEN)
        tls_sockets = listen.listen(settings.IMAPS_LISTEN)
        # What is loaded by now lives as long as the process: the collector need not look at it again.
        gc.freeze()
        limiter = imap_server.make_limiter()

        def work(number: int, lifeline: int) -> None:
            limiter.begin(number)
            asyncio.run(_serve(sockets, tls_sockets, limiter, lifeline))

        prefork.run(settings.IMAP_PROCESSES, work)


async def _serve(
    sockets: Sequence[socket.socket],
    tls_sockets: Sequence[socket.socket],
    limiter: ConnectionLimiter,
    lifeline: int,
) -> None:
    """Serve until a signal, or until the process that forked us is gone."""
    stop = prefork.stop_event(lifeline)
    server = imap_server.make_server(limiter)
    await server.start(sockets, tls_sockets)
    await stop.wait()
    await server.stop()
