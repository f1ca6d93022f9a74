"""SPF (RFC 7208): may this address send mail for that domain? Never raises.

Explanations (exp=) are not fetched: they are words of the sender's, and cost a question.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from mailserver.dns import NoAnswerError, NoSuchNameError

from .spf_macros import Facts, expand
from .spf_record import Directive, Record, RecordError, is_spf, parse

MOST_LOOKUPS = 10
MOST_VOID_LOOKUPS = 2
_MOST_NAMES = 10

type Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class Dns(Protocol):
    """The questions that SPF asks; each raises NoSuchNameError and NoAnswerError as mailserver.dns does."""

    def txt(self, name: str) -> Sequence[bytes]:
        """TXT records."""
        ...

    def ipv4(self, host: str) -> Sequence[str]:
        """A records."""
        ...

    def ipv6(self, host: str) -> Sequence[str]:
        """AAAA records."""
        ...

    def mx(self, domain: str) -> Sequence[tuple[int, str]]:
        """MX records, as (preference, host)."""
        ...

    def names_of(self, ip: str) -> Sequence[str]:
        """PTR records of an address."""
        ...


@dataclass(frozen=True, slots=True)
class Spf:
    """What came out: `result` as in RFC 8601 §2.7.2, about `domain`, which MAIL FROM or else HELO named.

    `scope` is "mailfrom" or "helo"; `reason` is the mechanism that matched, or what is wrong.
    """

    result: str
    domain: str
    scope: str = "mailfrom"
    reason: str = ""


class _End(Exception):
    """The evaluation ends at once, with temperror or permerror."""

    def __init__(self, result: str, reason: str) -> None:
        super().__init__(reason)
        self.result = result


def check(ip: str, mail_from: str, helo: str, dns: Dns) -> Spf:
    """Ask whether `ip` may use the domain of `mail_from`, or with the null sender that of `helo` (§2.4)."""
    scope = "mailfrom" if mail_from else "helo"
    sender = mail_from if "@" in mail_from else f"postmaster@{mail_from or helo}"
    local, _, domain = sender.rpartition("@")
    domain = domain.lower().removesuffix(".")
    if not _is_name(domain):
        return Spf("none", domain, scope, "not a domain")
    address: Ip = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    evaluation = _Evaluation(address, f"{local or 'postmaster'}@{domain}", helo, dns)
    try:
        result, reason = evaluation.check_host(domain)
    except _End as end:
        return Spf(end.result, domain, scope, str(end))
    return Spf(result, domain, scope, reason)


def _is_name(domain: str) -> bool:
    """Tell a name of several labels that the DNS may hold (§4.3)."""
    labels = domain.split(".")
    fits = len(domain) <= 253 and all(0 < len(label.encode()) < 64 for label in labels)
    return fits and len(labels) > 1 and domain.isascii()


class _Evaluation:
    """One check_host() with all that it includes: they share the limits of §4.6.4."""

    def __init__(self, ip: Ip, sender: str, helo: str, dns: Dns) -> None:
        self._ip, self._dns = ip, dns
        self._lookups = self._voids = 0
        self._facts = Facts(sender, "", ip, helo, lambda: "unknown")
        self._names: list[str] | None = None

    def check_host(self, domain: str) -> tuple[str, str]:
        """Return the result and the directive that gave it; raises _End."""
        record = self._record(domain)
        if record is None:
            return "none", ""
        for directive in record.directives:
            if self._matches(directive, domain):
                return directive.result, directive.text
        if not record.redirect:
            return "neutral", ""
        self._count_lookup()
        target = self._expanded(record.redirect, domain)
        result, reason = self.check_host(target) if _is_name(target) else ("none", "")
        if result == "none":
            raise _End("permerror", f"redirect={target[:80]} leads to no record")
        return result, reason

    def _record(self, domain: str) -> Record | None:
        try:
            found = [record for record in self._dns.txt(domain) if is_spf(record)]
        except NoSuchNameError:
            return None
        except NoAnswerError as error:
            raise _End("temperror", "the DNS does not answer") from error
        if len(found) > 1:
            raise _End("permerror", f"{domain} has several records")
        try:
            return parse(found[0]) if found else None
        except RecordError as error:
            raise _End("permerror", str(error)) from error

    def _matches(self, directive: Directive, domain: str) -> bool:
        if directive.mechanism == "all":
            return True
        if directive.network is not None:
            return self._ip in directive.network
        self._count_lookup()
        target = self._expanded(directive.domain, domain) if directive.domain else domain
        match directive.mechanism:
            case "include":
                return self._includes(target)
            case "exists":
                return bool(self._addresses(target, ipv4=True))
            case "ptr":
                names = self._validated_names()
                return any(f".{name}".endswith(f".{target.lower()}") for name in names)
            case "a":
                return self._is_among(self._addresses(target), directive)
        return any(self._is_among(self._addresses(host), directive) for host in self._hosts(target))

    def _includes(self, target: str) -> bool:
        result = self.check_host(target)[0] if _is_name(target) else "none"
        if result == "none":
            raise _End("permerror", f"include:{target[:80]} leads to no record")
        return result == "pass"

    def _is_among(self, addresses: Sequence[str], directive: Directive) -> bool:
        bits = directive.ip4_bits if self._ip.version == 4 else directive.ip6_bits
        return any(self._ip in ipaddress.ip_network((each, bits), strict=False) for each in addresses)

    def _hosts(self, domain: str) -> list[str]:
        """Return the names of MX hosts; more than ten are a mistake (§4.6.4)."""
        try:
            found = [host for _, host in self._dns.mx(domain)]
        except NoSuchNameError:
            found = []
        except NoAnswerError as error:
            raise _End("temperror", "the DNS does not answer") from error
        if not found:
            self._count_void()
        if len(found) > _MOST_NAMES:
            raise _End("permerror", f"{domain} has too many MX records")
        return [host for host in found if host]

    def _addresses(self, host: str, *, ipv4: bool = False) -> Sequence[str]:
        """Return the addresses of the kind of our own; `exists` looks for IPv4 always."""
        ask = self._dns.ipv4 if ipv4 or self._ip.version == 4 else self._dns.ipv6
        try:
            found = ask(host)
        except NoSuchNameError:
            found = ()
        except NoAnswerError as error:
            raise _End("temperror", "the DNS does not answer") from error
        if not found:
            self._count_void()
        return found

    def _validated_names(self) -> list[str]:
        """Return the names of the address that lead back to it (§5.5), asked for once."""
        if self._names is None:
            self._names = self._ask_for_names()
        return self._names

    def _ask_for_names(self) -> list[str]:
        """Trouble with a name passes it over."""
        try:
            names = self._dns.names_of(str(self._ip))[:_MOST_NAMES]
        except NoAnswerError:
            return []
        except NoSuchNameError:
            names = []
        if not names:
            self._count_void()
        return [name.lower() for name in names if self._leads_back(name)]

    def _leads_back(self, name: str) -> bool:
        ask = self._dns.ipv4 if self._ip.version == 4 else self._dns.ipv6
        try:
            return any(ipaddress.ip_address(each) == self._ip for each in ask(name))
        except (NoSuchNameError, NoAnswerError):
            return False

    def _expanded(self, domain_spec: str, domain: str) -> str:
        facts = replace(self._facts, domain=domain, validated=lambda: self._best_name(domain))
        name = expand(domain_spec, facts)
        # A local part beyond ASCII stands in no name (RFC 8616 §4).
        return name if name and name.isascii() else "invalid"

    def _best_name(self, domain: str) -> str:
        """Return what %{p} stands for (§7.3): the domain itself, one below it, any, or unknown."""
        names = self._validated_names()
        below = [name for name in names if name.endswith(f".{domain}")]
        return domain if domain in names else next(iter([*below, *names]), "unknown")

    def _count_lookup(self) -> None:
        self._lookups += 1
        if self._lookups > MOST_LOOKUPS:
            raise _End("permerror", "too many questions to the DNS")

    def _count_void(self) -> None:
        self._voids += 1
        if self._voids > MOST_VOID_LOOKUPS:
            raise _End("permerror", "too many questions without an answer")
