"""DMARC (RFC 9989): does the domain that readers see vouch for a message, and what does it ask for if not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mailserver.dns import NoAnswerError, NoSuchNameError

from .dkim import Signature
from .dmarc_record import Record, parse
from .spf import Spf

_MOST_LABELS = 8
_TELLING = frozenset({"pass", "temperror"})


class Dns(Protocol):
    """The questions that DMARC asks; each raises NoSuchNameError and NoAnswerError as mailserver.dns does."""

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
        """MX records."""
        ...


@dataclass(frozen=True, slots=True)
class Dmarc:
    """What came out: `result` as in RFC 8601 (pass, fail, none, temperror, permerror) about `domain`.

    `policy` is what is asked for (none, quarantine, reject), `record` where it says so, at `policy_domain`.
    `is_testing`: it asks not to be taken at its word yet. `spf` and `dkim` say which of them is aligned and
    passed.
    """

    result: str
    domain: str
    policy: str = ""
    policy_domain: str = ""
    record: Record | None = None
    is_testing: bool = False
    spf: bool = False
    dkim: bool = False
    reason: str = ""


type Found = list[tuple[str, Record]]
"""Domains with their records, from the longest to the shortest."""


def check(domains: Iterable[str], spf: Spf, signatures: Sequence[Signature], dns: Dns) -> Dmarc:
    """Judge a message by the `domains` that its From names (in A-labels). Never raises."""
    named = list(dict.fromkeys(domains))
    if len(named) != 1:
        return Dmarc("permerror" if named else "none", "", reason="From names no domain, or several")
    domain = named[0]
    try:
        return _judge(domain, spf, signatures, dns)
    except NoAnswerError:
        return Dmarc("temperror", domain, reason="the DNS does not answer")


def _judge(domain: str, spf: Spf, signatures: Sequence[Signature], dns: Dns) -> Dmarc:
    own = _record(domain, dns)
    found: Found = [(domain, own)] if own else walk(domain, dns)
    if not found:
        return Dmarc("none", domain)
    where, record = found[0] if own else _above(domain, found)
    alignment = _Alignment(domain, dns)
    # Of what is not aligned nothing matters, or a signature by a domain that never answers would excuse all.
    told = {"spf": set[str](), "dkim": set[str]()}
    if spf.result in _TELLING and alignment.of(spf.domain, strict=record.strict_spf):
        told["spf"].add(spf.result)
    for each in signatures:
        if each.result in _TELLING and alignment.of(each.domain, strict=record.strict_dkim):
            told["dkim"].add(each.result)
    by_spf, by_dkim = ("pass" in results for results in told.values())
    failed = "temperror" if "temperror" in told["spf"] | told["dkim"] else "fail"
    return Dmarc(
        "pass" if by_spf or by_dkim else failed,
        domain,
        record.policy if own else _policy_for_subdomain(domain, record, dns),
        where,
        record,
        record.is_testing,
        by_spf,
        by_dkim,
    )


def _above(domain: str, found: Found) -> tuple[str, Record]:
    """Choose the record of the organizational domain, or else that of the registry above it (§4.10.1)."""
    organization = _organization(domain, found)
    return next((each for each in found if each[0] == organization), found[-1])


def _policy_for_subdomain(domain: str, record: Record, dns: Dns) -> str:
    below = record.subdomain_policy or record.policy
    if record.nonexistent_policy and not _exists(domain, dns):
        return record.nonexistent_policy
    return below


def _exists(domain: str, dns: Dns) -> bool:
    """Tell whether the DNS knows the name by an address or a mail server (§3.2.15)."""
    asks = (lambda: dns.ipv4(domain), lambda: dns.mx(domain), lambda: dns.ipv6(domain))
    for ask in asks:
        try:
            if ask():
                return True
        except NoSuchNameError:
            return False
    return False


class _Alignment:
    """Compares domains with that of From; asks for organizational domains only where names leave it open."""

    def __init__(self, domain: str, dns: Dns) -> None:
        self._domain, self._dns = domain, dns
        self._organization = ""

    def of(self, other: str, *, strict: bool) -> bool:
        """Tell whether `other` is of the same organization (§4.4)."""
        if other == self._domain or strict:
            return other == self._domain
        if other.rpartition(".")[2] != self._domain.rpartition(".")[2]:
            return False
        self._organization = self._organization or organization_of(self._domain, self._dns)
        if not f".{other}".endswith(f".{self._organization}"):
            return False
        return organization_of(other, self._dns) == self._organization


def organization_of(domain: str, dns: Dns) -> str:
    """Find the organizational domain (§4.10.2); raises NoAnswerError."""
    return _organization(domain, walk(domain, dns))


def _organization(domain: str, found: Found) -> str:
    for where, record in found:
        if record.psd == "n":
            return where
        if record.psd == "y" and where != domain:
            labels = domain.split(".")
            return ".".join(labels[-where.count(".") - 2 :])
    return found[-1][0] if found else domain


def walk(domain: str, dns: Dns) -> Found:
    """Look for records from a domain up, eight questions at most (§4.10). Raises NoAnswerError."""
    found: Found = []
    for where in _path(domain):
        if record := _record(where, dns):
            found.append((where, record))
            if record.psd == "n" or (record.psd == "y" and where != domain):
                break
    return found


def _path(domain: str) -> list[str]:
    labels = domain.split(".")
    rest = labels[1:] if len(labels) < _MOST_LABELS else labels[1 - _MOST_LABELS :]
    return [domain, *(".".join(rest[start:]) for start in range(len(rest)))]


def _record(domain: str, dns: Dns) -> Record | None:
    """Ask for the record of one domain; several are as good as none."""
    try:
        answers = dns.txt(f"_dmarc.{domain}")
    except NoSuchNameError:
        return None
    found = [record for record in map(parse, answers) if record]
    return found[0] if len(found) == 1 else None
