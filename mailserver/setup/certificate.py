"""A server's certificate: for which names it is, how long, and whether anybody vouches for it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

SOON = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What its holder shows: DNS names, the last moment, and whether it vouches for itself."""

    names: tuple[str, ...]
    not_after: dt.datetime
    is_self_signed: bool

    def covers(self, host: str) -> bool:
        """Tell whether it is for a host (RFC 9525 §6.3: `*` stands for the first label, all of it)."""
        wild = "*." + host.partition(".")[2]
        return host.lower() in self.names or wild.lower() in self.names


def read(path: Path) -> CertificateFacts:
    """Read the first certificate of a PEM file; raises OSError, and ValueError for what is none."""
    certificate = x509.load_pem_x509_certificates(path.read_bytes())[0]
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = tuple(name.lower() for name in alternative.value.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        names = ()
    is_self_signed = certificate.issuer == certificate.subject
    return CertificateFacts(names, certificate.not_valid_after_utc, is_self_signed)


def faults(facts: CertificateFacts, hosts: Iterable[str], now: dt.datetime) -> list[str]:
    """What is wrong with it: expired, expires (soon), names (not all of these hosts), self-signed."""
    found = []
    if facts.not_after <= now:
        found.append("expired")
    elif facts.not_after <= now + SOON:
        found.append("expires")
    if not all(map(facts.covers, hosts)):
        found.append("names")
    if facts.is_self_signed:
        found.append("self-signed")
    return found
