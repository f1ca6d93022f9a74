"""The ManageSieve server as the settings want it."""

from django.conf import settings

from mailserver.limits import ConnectionLimiter
from mailserver.managesieve.server import Server

from .certificate import certificate
from .sieve_backend import SieveBackend


def make_server() -> Server:
    """A server for the rules of everybody."""
    limiter = ConnectionLimiter(settings.SMTP_CONNECTIONS_PER_IP, settings.SMTP_CONNECTIONS_PER_MINUTE)
    tls = certificate().context
    return Server(
        SieveBackend(),
        may_say_plain=_may_say_plain,
        tls=tls,
        limiter=limiter,
    )


def _may_say_plain(ip: str) -> bool:
    return bool(settings.PLAINTEXT_AUTH.allows(ip))
