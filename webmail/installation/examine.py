"""Look at the installation from outside, as far as that can be done from here: names, ports, certificate."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from mailserver.dns import Resolver
from mailserver.setup import certificate, lookup, reach
from mailserver.setup.records import Installation, Weight, expected
from mailserver.setup.verdict import Verdict, judge
from mailserver.smtp.route import Routes
from webmail.store import queries

from .services import services, smtp_port

_SECONDS = 4.0  # for each question to the DNS


@dataclass(frozen=True, slots=True)
class Check:
    """Something that is no record, by the name of what was looked at.

    `fault` is "" where all is well. port-out: shut, smarthost (in use, but silent). port-in: shut, stranger.
    certificate: unreadable, expired, expires, names, self-signed.
    """

    name: str
    fault: str
    weight: Weight
    detail: str = ""

    @property
    def is_right(self) -> bool:
        """Tell whether all is well."""
        return not self.fault


@dataclass(frozen=True, slots=True)
class Report:
    """What was found for a domain."""

    domain: str
    verdicts: list[Verdict]


def resolver() -> Resolver:
    """A resolver that is asked anew, and doesn't keep a page waiting."""
    return Resolver(settings.DNS_RESOLVER, _SECONDS)


def here(ask: Resolver) -> Installation:
    """This installation as the records should tell of it."""
    site_host = _site_host()
    return Installation(
        settings.MAIL_HOSTNAME,
        site_host,
        services(),
        lookup.addresses(ask, settings.MAIL_HOSTNAME),
        lookup.addresses(ask, site_host),
        reach.own_address(),
    )


def _site_host() -> str:
    """The name of the site; one that is only an address, as on a developer's machine, is none to point to."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    return host if host[-1:].isalpha() and "." in host else settings.MAIL_HOSTNAME


def domain_report(domain: str, ask: Resolver, installation: Installation) -> Report:
    """Compare what the DNS says of a domain with what it should say."""
    records = expected(domain, installation, queries.dkim_records(domain))
    found = lookup.find(ask, records)
    verdicts = [
        judge(record, each, installation.addresses) for record, each in zip(records, found, strict=True)
    ]
    return Report(domain, verdicts)


def checks(ask: Resolver, installation: Installation) -> list[Check]:
    """Look at port 25 both ways and at the certificate, all at once."""
    looks: Sequence[Callable[[], list[Check]]] = (
        lambda: [_port_out(ask)],
        lambda: [_port_in(installation)],
        _certificate,
    )
    with ThreadPoolExecutor(len(looks), thread_name_prefix="checks") as threads:
        return [check for found in threads.map(lambda look: look(), looks) for check in found]


def _smarthosts() -> list[str]:
    """Where all mail goes by the settings, without the log-in that they may name."""
    hosts = Routes.parse(settings.MAIL_ROUTES).hosts.get("*", ())
    names = (f"[{host.name}]" if ":" in host.name else host.name for host in hosts)
    return [f"{name}:{host.port}" for name, host in zip(names, hosts, strict=True)]


def _port_out(ask: Resolver) -> Check:
    """A server of others answers; or the smarthost does, where there is one."""
    smarthosts = _smarthosts()
    peers = smarthosts or settings.DOCTOR_PEERS
    greeted = reach.first_that_greets(ask, peers)
    fault = "" if greeted else "smarthost" if smarthosts else "shut"
    return Check("port-out", fault, Weight.BLOCKING, greeted or ", ".join(peers))


def _port_in(installation: Installation) -> Check:
    """We answer at our own name. Where routers don't lead back inside, it looks shut from here alone."""
    where = f"{installation.host}:{smtp_port()}"
    said = reach.greeting(installation.host, smtp_port())
    if not said:
        return Check("port-in", "shut", Weight.BLOCKING, where)
    fault = "" if installation.host in said else "stranger"
    return Check("port-in", fault, Weight.BLOCKING, f"{where}: {said}")


_CERTIFICATE_WEIGHTS = {"expired": Weight.BLOCKING, "unreadable": Weight.BLOCKING}


def _certificate() -> list[Check]:
    path = Path(settings.TLS_CERT) if settings.TLS_CERT else settings.DATA_DIR / "tls.pem"
    try:
        facts = certificate.read(path)
    except (OSError, ValueError, IndexError):
        return [Check("certificate", "unreadable", Weight.BLOCKING, str(path))]
    detail = f"{', '.join(facts.names)} · {facts.not_after:%Y-%m-%d}"
    found = certificate.faults(facts, [settings.MAIL_HOSTNAME], timezone.now()) or [""]
    weights = _CERTIFICATE_WEIGHTS
    return [Check("certificate", fault, weights.get(fault, Weight.HURTS), detail) for fault in found]
