"""`run_managesieve`: let mail programs read and write their owners' rules, at MANAGESIEVE_LISTEN."""

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from webmail.servers import listen, prefork, sieve_server


class Command(BaseCommand):
    help = "Let mail programs read and write rules by ManageSieve"
    # They would load every page of the site into this process.
    requires_system_checks: Sequence[str] = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.MANAGESIEVE_LISTEN:
            raise CommandError("MANAGESIEVE_LISTEN is empty: say where to listen, as 0.0.0.0:4190")
        asyncio.run(_serve(listen.listen(settings.MANAGESIEVE_LISTEN)))


async def _serve(sockets: Sequence[socket.socket]) -> None:
    """Serve until a signal."""
    stop = prefork.stop_event()
    server = sieve_server.make_server()
    await server.start(sockets)
    await stop.wait()
    await server.stop()
