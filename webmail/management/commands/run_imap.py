"""`run_imap`: serve mail programs by IMAP and POP3, in IMAP_PROCESSES processes that share the ports."""

import asyncio
import gc
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mailserver.access.server import Server
from mailserver.limits import ConnectionLimiter
from webmail.servers import imap_server, listen, pop3_server, prefork


@dataclass(frozen=True)
class Door:
    """A protocol: how its server is made, where it listens, what counts its connections."""

    make_server: Callable[[ConnectionLimiter], Server[Any]]
    limiter: ConnectionLimiter
    sockets: Sequence[socket.socket]
    tls_sockets: Sequence[socket.socket]


def doors() -> list[Door]:
    """Those that are open."""
    imap = listen.listen(settings.IMAP_LISTEN), listen.listen(settings.IMAPS_LISTEN)
    pop3 = listen.listen(settings.POP3_LISTEN), listen.listen(settings.POP3S_LISTEN)
    both = [
        Door(imap_server.make_server, imap_server.make_limiter(), *imap),
        Door(pop3_server.make_server, pop3_server.make_limiter(), *pop3),
    ]
    return [door for door in both if door.sockets or door.tls_sockets]


class Command(BaseCommand):
    help = "Serve mail programs by IMAP and POP3"
    # They would load every page of the site into this process.
    requires_system_checks: Sequence[str] = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = doors()
        # What is loaded by now lives as long as the process: the collector need not look at it again.
        gc.freeze()

        def work(number: int, lifeline: int) -> None:
            for door in found:
                door.limiter.begin(number)
            asyncio.run(_serve(found, lifeline))

        prefork.run(settings.IMAP_PROCESSES, work)


async def _serve(doors: Sequence[Door], lifeline: int) -> None:
    """Serve until a signal, or until the process that forked us is gone."""
    stop = prefork.stop_event(lifeline)
    servers = [door.make_server(door.limiter) for door in doors]
    for door, server in zip(doors, servers, strict=True):
        await server.start(door.sockets, door.tls_sockets)
    await stop.wait()
    await asyncio.gather(*(server.stop() for server in servers))
