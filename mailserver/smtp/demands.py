"""What a domain demands of those who send it mail, host by host: DANE before MTA-STS before nothing."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace

from mailserver.dns import NoAnswerError, NoSuchNameError, Resolver, Tlsa
from mailserver.message.tls_wish import TlsWish

from .guard import OPPORTUNISTIC, Guard
from .reply import Reply
from .route import Host, RouteError
from .sts import Policy

FindPolicy = Callable[[str], Policy | None]
"""The MTA-STS policy of a domain, where it has one."""


def no_policy(_domain: str) -> Policy | None:
    """Ask for no policies."""
    return None


@dataclass(frozen=True, slots=True)
class Demands:
    """The demands of one domain; `policy` is its MTA-STS policy, `validated` that its MX were signed."""

    domain: str
    policy: Policy | None = None
    validated: bool = False

    def permits(self, host: Host) -> bool:
        """Say whether mail may go to a host at all."""
        if host.routed or self.policy is None or self.policy.mode != "enforce":
            return True
        return self.policy.permits(host.name)

    def of(self, host: Host, resolver: Resolver, wish: TlsWish = TlsWish.AS_USUAL) -> Guard:
        """Say what a connection to a host must be like for messages that wish so; raises RouteError."""
        if wish is TlsWish.REQUIRED:
            return self._proven(host, self._by_domain(host, resolver))
        if wish is TlsWish.OPTIONAL and not host.routed:
            return self._lenient(host, resolver)
        return self._by_domain(host, resolver)

    def _proven(self, host: Host, guard: Guard) -> Guard:
        """Demand a certificate for a name that nobody on the way could have put there (RFC 8689 §4.2.1)."""
        if host.routed:
            return Guard("operator", demanded=True, checked=not _is_here(host.name))
        if guard.checked or self.validated or host.name == self.domain:
            return replace(guard, demanded=True, checked=True)
        text = f"Nothing proves that {host.name} is a mail host of {self.domain}, as the message demands"
        raise RouteError(Reply(550, "5.7.10", text))

    def _lenient(self, host: Host, resolver: Resolver) -> Guard:
        """Try what the domain demands, and do without (RFC 8689 §4.2.2)."""
        try:
            return replace(self._by_domain(host, resolver), demanded=False)
        except RouteError:
            return OPPORTUNISTIC

    def _by_domain(self, host: Host, resolver: Resolver) -> Guard:
        if host.routed:
            return _operators(host)
        if self.validated and (records := _records(host, resolver)):
            names = (host.name, self.domain)
            return Guard("tlsa", demanded=True, checked=True, records=tuple(records), names=names)
        if self.policy is not None and self.policy.mode != "none":
            enforced = self.policy.mode == "enforce"
            return Guard("sts", demanded=enforced, checked=self.policy.permits(host.name))
        return OPPORTUNISTIC


def demands_of(domain: str, resolver: Resolver, find_policy: FindPolicy) -> Demands:
    """Look up what a domain demands."""
    return Demands(domain, find_policy(domain), resolver.is_validated(domain, "MX"))


def _operators(host: Host) -> Guard:
    """Guard a password as well as it can be: it crosses no network without a proven encryption."""
    if host.login is None or _is_here(host.name):
        return OPPORTUNISTIC
    return Guard("operator", demanded=True, checked=True)


def _is_here(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _records(host: Host, resolver: Resolver) -> list[Tlsa]:
    """Read the records of a host whose address is signed, too (RFC 7672 §2.2.2)."""
    if not (resolver.is_validated(host.name, "A") or resolver.is_validated(host.name, "AAAA")):
        return []
    try:
        return resolver.tlsa(host.name, host.port)
    except NoSuchNameError:
        return []
    except NoAnswerError as error:
        # Somebody may keep the answer back: to go on without it is what they want (RFC 7672 §2.1.2).
        text = f"The DNS does not say which certificate {host.name} has: {error}"
        raise RouteError(Reply(0, "4.7.5", text)) from error
