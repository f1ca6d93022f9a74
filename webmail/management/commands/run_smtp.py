"""`run_smtp`: take mail by SMTP, in SMTP_PROCESSES processes that share the port."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mailserver.limits import ConnectionLimiter
from webmail.servers import listen, prefork, smtp_server

# Seconds a thread may keep the interpreter: by default each answer that the event loop writes while the other
# thread prepares a commit would wait 5 ms to go on.
_SWITCH_SECONDS = 0.0005


class Command(BaseCommand):
    help = "Take mail by SMTP"
    # They would load every page of the site into this process.
    requires_system_checks: Sequence[str] = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        sockets = listen.listen(settings.SMTP_LISTEN)
        # What is loaded by now lives as long as the process: the collector need not look at it again.
        gc.freeze()
        sys.setswitchinterval(_SWITCH_SECONDS)
        limiter = smtp_server.make_limiter()

        def work(number: int, lifeline: int) -> None:
            limiter.begin(number)
            asyncio.run(_serve(sockets, limiter, lifeline))

        prefork.run(settings.SMTP_PROCESSES, work)


async def _serve(sockets: Sequence[socket.socket], limiter: ConnectionLimiter, lifeline: int) -> None:
    """Serve until a signal, or until the process that forked us is gone."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if lifeline >= 0:
        loop.add_reader(lifeline, stop.set)
    server = smtp_server.make_server(limiter)
    await server.start(sockets)
    await stop.wait()
    await server.stop()
