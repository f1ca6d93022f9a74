"""`run_smtp`: take mail by SMTP, in SMTP_PROCESSES processes that share the ports."""

import asyncio
import gc
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mailserver.limits import ConnectionLimiter
from webmail.servers import prefork, smtp_server
from webmail.servers.listen import listen

# Seconds a thread may keep the interpreter: by default each answer that the event loop writes while the other
# thread prepares a commit would wait 5 ms to go on.
_SWITCH_SECONDS = 0.0005


@dataclass(frozen=True)
class Sockets:
    """Where we listen: for anybody; for our own people, with TLS when they ask for it, or from the start."""

    smtp: Sequence[socket.socket]
    submission: Sequence[socket.socket]
    submissions: Sequence[socket.socket]


class Command(BaseCommand):
    help = "Take mail by SMTP, from other servers and from mail programs"
    # They would load every page of the site into this process.
    requires_system_checks: Sequence[str] = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        sockets = Sockets(
            listen(settings.SMTP_LISTEN),
            listen(settings.SUBMISSION_LISTEN),
            listen(settings.SUBMISSIONS_LISTEN),
        )
        # What is loaded by now lives as long as the process: the collector need not look at it again.
        gc.freeze()
        sys.setswitchinterval(_SWITCH_SECONDS)
        limiters = (smtp_server.make_limiter(), smtp_server.make_limiter())

        def work(number: int, lifeline: int) -> None:
            for limiter in limiters:
                limiter.begin(number)
            asyncio.run(_serve(sockets, limiters, lifeline))

        prefork.run(settings.SMTP_PROCESSES, work)


async def _serve(
    sockets: Sockets, limiters: tuple[ConnectionLimiter, ConnectionLimiter], lifeline: int
) -> None:
    """Serve until a signal, or until the process that forked us is gone."""
    stop = prefork.stop_event(lifeline)
    smtp = smtp_server.make_server(limiters[0])
    submission = smtp_server.make_submission_server(limiters[1])
    await smtp.start(sockets.smtp)
    await submission.start(sockets.submission, sockets.submissions)
    await stop.wait()
    await asyncio.gather(smtp.stop(), submission.stop())
