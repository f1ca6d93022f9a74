"""The IMAP server as the settings want it."""

from django.conf import settings

from mailserver.imap.limits import Limits
from mailserver.imap.server import Server
from mailserver.limits import ConnectionLimiter

from .certificate import certificate
from .imap_backend import ImapBackend

_MOST_SESSIONS = 20_000
"""Of a process: an idle one costs some 50 KiB."""


def make_limiter() -> ConnectionLimiter:
    """Count the connections of all processes that are forked after this."""
    return ConnectionLimiter(
        settings.IMAP_CONNECTIONS_PER_IP,
        settings.IMAP_CONNECTIONS_PER_MINUTE,
        _MOST_SESSIONS,
        processes=settings.IMAP_PROCESSES,
    )


def make_server(limiter: ConnectionLimiter) -> Server:
    """One process's share of the IMAP server."""
    return Server(
        ImapBackend(),
        hostname=settings.MAIL_HOSTNAME,
        limits=Limits(message_bytes=settings.MAX_MESSAGE_BYTES),
        limiter=limiter,
        tls=certificate().context,
        allows_plaintext=settings.PLAINTEXT_AUTH.allows,
    )
