"""A service that mail programs use: protocol, host, port, and how the connection is kept private."""

from dataclasses import dataclass
from enum import StrEnum


class Security(StrEnum):
    """TLS from the first byte (RFC 8314 §3), after STARTTLS, or none: the safest first."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Service:
    """Where a mail program finds `protocol` (imap, pop3 or smtp, which is submission)."""

    protocol: str
    host: str
    port: int
    security: Security


def by_preference(services: tuple[Service, ...], protocol: str) -> list[Service]:
    """The services of a protocol, the safest first (RFC 8314 §4.1)."""
    found = [service for service in services if service.protocol == protocol]
    order = list(Security)
    return sorted(found, key=lambda service: order.index(service.security))
