"""Where mail for a domain goes: static routes first, then MX, then the domain itself (RFC 5321 §5.1)."""

import random
import socket
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import unquote

from mailserver.dns import NoAnswerError, NoSuchNameError, Resolver, is_public, split_host_port

from .client_auth import Credentials
from .reply import Reply

MAX_HOSTS = 10
"""Hosts of a domain that are tried in one attempt."""

_SMTP_PORT = 25


class RouteError(Exception):
    """There is no way to the domain or host, now or for good: `reply` says which, and why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Host:
    """A host to dial; one that is `routed` was named by the operator and may be anywhere."""

    name: str
    port: int = _SMTP_PORT
    routed: bool = False
    login: Credentials | None = None


@dataclass(frozen=True, slots=True)
class Routes:
    """The operator's static routes by domain, several in the order to try; "*" is for all others."""

    hosts: dict[str, tuple[Host, ...]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Routes":
        """Read "domain=host:port,…,*=user:password@host:port"; the port is 25 if not said. Raises ValueError.

        A domain that is named again has one host more. User and password are percent-encoded (RFC 3986 §2.1).
        """
        hosts: dict[str, tuple[Host, ...]] = {}
        for item in filter(None, (part.strip() for part in text.split(","))):
            domain, found, target = item.partition("=")
            if not found or not domain.strip():
                raise ValueError(f"not a route, domain=host:port: {item.rpartition('@')[2]}")
            sign_in, at, place = target.rpartition("@")
            name, port = split_host_port(place, _SMTP_PORT)
            login = _login(sign_in) if at else None
            key = domain.strip().lower()
            hosts[key] = (*hosts.get(key, ()), Host(name, port, routed=True, login=login))
        return cls(hosts)

    def find(self, domain: str) -> tuple[Host, ...]:
        """Return the hosts that the operator named for a domain; mostly there is none."""
        return self.hosts.get(domain) or self.hosts.get("*", ())


def hosts_for(
    domain: str, resolver: Resolver, routes: Routes, own_names: Collection[str] = ()
) -> tuple[Host, ...]:
    """Return the hosts that take mail for `domain` (in A-labels), in the order to try them.

    An MX among `own_names` is left out, and all that are no better: we would send to ourselves.
    """
    if routed := routes.find(domain):
        return routed[:MAX_HOSTS]
    try:
        records = resolver.mx(domain)
    except NoSuchNameError as error:
        raise RouteError(Reply(550, "5.1.2", f"The domain {domain} does not exist")) from error
    except NoAnswerError as error:
        raise RouteError(Reply(0, "4.4.3", f"The DNS did not answer: {error}")) from error
    if not records:
        return (Host(domain),)
    if all(not host for _, host in records):
        raise RouteError(Reply(556, "5.1.10", f"The domain {domain} accepts no mail (null MX)"))
    names = _without_us(domain, _in_order(records), {name.lower() for name in own_names})
    return tuple(Host(name) for name in names[:MAX_HOSTS])


def addresses(host: Host, resolver: Resolver) -> tuple[str, ...]:
    """Return the addresses of a host: exactly those to dial. Raises RouteError when none may be dialled."""
    if host.routed:
        return _system_addresses(host)
    try:
        found = resolver.addresses(host.name)
    except NoSuchNameError as error:
        raise RouteError(Reply(550, "5.4.4", f"The mail host {host.name} does not exist")) from error
    except NoAnswerError as error:
        raise RouteError(Reply(0, "4.4.3", f"The DNS did not answer: {error}")) from error
    if not found:
        raise RouteError(Reply(550, "5.1.2", f"{host.name} has no mail host and no address"))
    public = tuple(address for address in found if is_public(address))
    if not public:
        raise RouteError(
            Reply(550, "5.4.4", f"The mail host {host.name} has only private addresses: {', '.join(found)}")
        )
    return public


def _login(text: str) -> Credentials:
    name, found, password = text.strip().partition(":")
    if not found or not name:
        raise ValueError("not a route: user:password@host:port")
    return Credentials(unquote(name), unquote(password))


def _in_order(records: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Sort by preference, equals at random (RFC 5321 §5.1)."""
    ordered: list[tuple[int, str]] = []
    for _, group in groupby(sorted(records), key=lambda record: record[0]):
        equals = list(group)
        random.shuffle(equals)
        ordered += equals
    return ordered


def _without_us(domain: str, records: list[tuple[int, str]], own_names: set[str]) -> list[str]:
    """Leave out ourselves and every host that is no better (RFC 5321 §5.1, against loops)."""
    ours = [preference for preference, name in records if name.lower() in own_names]
    names = [name for preference, name in records if name and (not ours or preference < min(ours))]
    if not names:
        raise RouteError(Reply(550, "5.4.6", f"The mail for {domain} leads back to this server"))
    return names


def _system_addresses(host: Host) -> tuple[str, ...]:
    """Resolve a host that the operator named as the operator's system does: hosts file, container names."""
    try:
        found = socket.getaddrinfo(host.name, host.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise RouteError(Reply(0, "4.4.4", f"The routed host {host.name} was not found: {error}")) from error
    return tuple(dict.fromkeys(str(item[4][0]) for item in found))
