"""The ManageSieve server as the settings want it."""

from django.conf import settings

from mailserver.limits import ConnectionLimiter
from mailserver.managesieve.server import Server

from .certificate import certificate
from .sieve_backend import SieveBackend


def make_server() -> Server:
    """A server for the rules of everybody."""
    limiter = ConnectionLimiter(settings.SMTP_CONNECTIONS_PER_IP, settings.SMTP_CONNECTIONS_PER_MINUTE)
    return Server(
        SieveBackend(),
        hostname=settings.MAIL_HOSTNAME,
        allows_plaintext=_allows_plaintext,
        tls=certificate().context,
        limiter=limiter,
    )


def _allows_plaintext(ip: str) -> bool:
    return bool(settings.PLAINTEXT_AUTH.allows(ip))
