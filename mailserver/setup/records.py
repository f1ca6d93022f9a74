"""The DNS records that a mail domain should have, as text to paste."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .service import Security, Service


class Weight(StrEnum):
    """What it costs when a record is missing or wrong."""

    BLOCKING = "blocking"
    HURTS = "hurts"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it should be: `purpose` says what for, `value` is what to paste.

    `accepts` are other values that serve as well; `TXT` values are written without quotes.
    """

    purpose: str
    name: str
    kind: str
    value: str
    weight: Weight
    accepts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Installation:
    """What the records say of: the mail host and its public addresses, the host of the site, its services.

    `addresses` is what the DNS says of the mail host, `own_address` what this machine thinks it has.
    """

    host: str
    site_host: str
    services: tuple[Service, ...] = ()
    addresses: tuple[str, ...] = ()
    site_addresses: tuple[str, ...] = ()
    own_address: str = ""


_SRV = {
    ("imap", Security.TLS): "_imaps",
    ("imap", Security.STARTTLS): "_imap",
    ("pop3", Security.TLS): "_pop3s",
    ("pop3", Security.STARTTLS): "_pop3",
    ("smtp", Security.TLS): "_submissions",
    ("smtp", Security.STARTTLS): "_submission",
}


def expected(domain: str, here: Installation, dkim: Sequence[tuple[str, str]] = ()) -> list[Record]:
    """Every record that a domain should have, the most important first; `dkim` are (name, value) pairs."""
    return [
        *_host(here),
        Record("mx", domain, "MX", f"10 {here.host}.", Weight.BLOCKING),
        Record("spf", domain, "TXT", "v=spf1 mx -all", Weight.HURTS),
        *(Record("dkim", name, "TXT", value, Weight.HURTS) for name, value in dkim),
        Record("dmarc", f"_dmarc.{domain}", "TXT", _dmarc(domain), Weight.HURTS),
        *_transport_security(domain, here),
        *_clients(domain, here),
    ]


def policy(host: str) -> str:
    """The MTA-STS policy of a domain whose mail `host` takes (RFC 8461 §3.2); CRLF line ends."""
    lines = ("version: STSv1", "mode: enforce", f"mx: {host}", f"max_age: {7 * 24 * 3600}", "")
    return "\r\n".join(lines)


def policy_id(host: str) -> str:
    """The id that the record announces: another one whenever the policy changes (RFC 8461 §3.1)."""
    return hashlib.sha256(policy(host).encode()).hexdigest()[:20]


def _dmarc(domain: str) -> str:
    return f"v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}"


def _host(here: Installation) -> Iterator[Record]:
    """The mail host's own name, forwards and backwards (RFC 5321 §4.1.4, RFC 1912 §2.1)."""
    address = here.own_address or "192.0.2.1"
    kind = "AAAA" if ":" in address else "A"
    yield Record("address", here.host, kind, address, Weight.BLOCKING)
    for address in here.addresses:
        yield Record("ptr", address, "PTR", f"{here.host}.", Weight.HURTS)


def _transport_security(domain: str, here: Installation) -> Iterator[Record]:
    yield Record(
        "mta-sts",
        f"_mta-sts.{domain}",
        "TXT",
        f"v=STSv1; id={policy_id(here.host)}",
        Weight.OPTIONAL,
    )
    yield _alias("mta-sts-host", f"mta-sts.{domain}", here)
    report = f"v=TLSRPTv1; rua=mailto:postmaster@{domain}"
    yield Record("tls-rpt", f"_smtp._tls.{domain}", "TXT", report, Weight.OPTIONAL)


def _clients(domain: str, here: Installation) -> Iterator[Record]:
    """What mail programs look for: RFC 6186 §3.1, RFC 8314 §5.1, and two makers' own names."""
    for service in here.services:
        if label := _SRV.get((service.protocol, service.security)):
            priority = 0 if service.security == Security.TLS else 10
            value = f"{priority} 1 {service.port} {service.host}."
            yield Record("srv", f"{label}._tcp.{domain}", "SRV", value, Weight.OPTIONAL)
    yield _alias("autoconfig", f"autoconfig.{domain}", here)
    yield _alias("autodiscover", f"autodiscover.{domain}", here)


def _alias(purpose: str, name: str, here: Installation) -> Record:
    """A name that leads to the site: as an alias, or by the addresses that the site has."""
    return Record(
        purpose, name, "CNAME", f"{here.site_host}.", Weight.OPTIONAL, frozenset(here.site_addresses)
    )
