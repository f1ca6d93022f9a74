"""The ManageSieve server as the settings want it."""

import ipaddress

from django.conf import settings

from mailserver.limits import ConnectionLimiter
from mailserver.managesieve.server import Server

from .sieve_backend import SieveBackend
from .smtp_server import certificate


def make_server() -> Server:
    """A server for the rules of everybody."""
    limiter = ConnectionLimiter(settings.SMTP_CONNECTIONS_PER_IP, settings.SMTP_CONNECTIONS_PER_MINUTE)
    tls = certificate().context
    return Server(SieveBackend(), may_say_plain=may_say_plain, tls=tls, limiter=limiter)


def may_say_plain(ip: str) -> bool:
    """Whether a password may come without TLS from this address."""
    if settings.PLAINTEXT_AUTH == "loopback":
        return ipaddress.ip_address(ip.partition("%")[0]).is_loopback
    return bool(settings.PLAINTEXT_AUTH == "always")
