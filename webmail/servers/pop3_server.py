"""The POP3 server as the settings want it."""

from django.conf import settings

from mailserver.limits import ConnectionLimiter
from mailserver.pop3.server import Server

from .certificate import certificate
from .pop3_backend import Pop3Backend

_MOST_SESSIONS = 5_000
"""Of a process: a busy one may cost a MiB."""


def make_limiter() -> ConnectionLimiter:
    """Count the connections of all processes that are forked after this."""
    return ConnectionLimiter(
        settings.POP3_CONNECTIONS_PER_IP,
        settings.POP3_CONNECTIONS_PER_MINUTE,
        _MOST_SESSIONS,
        processes=settings.IMAP_PROCESSES,
    )


def make_server(limiter: ConnectionLimiter) -> Server:
    """One process's share of the POP3 server."""
    return Server(
        Pop3Backend(),
        hostname=settings.MAIL_HOSTNAME,
        limiter=limiter,
        tls=certificate().context,
        allows_plaintext=settings.PLAINTEXT_AUTH.allows,
    )
