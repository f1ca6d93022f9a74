"""All that is checked of an arriving message: SPF, DKIM, DMARC and ARC, within one budget of time."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailserver.message import address, header, parser

from . import arc, dkim, dmarc, spf
from .results import Result

SECONDS = 20.0


class Dns(spf.Dns, Protocol):
    """A resolver that knows of deadlines (mailserver.dns.Resolver)."""

    def until(self, deadline: float) -> "Dns":
        """Return one that answers nothing after `deadline` (time.monotonic)."""
        ...


@dataclass(frozen=True, slots=True)
class Checks:
    """What came out of each; `vouched_by` is who is trusted and found that it was from its sender."""

    spf: spf.Spf
    dkim: tuple[dkim.Signature, ...]
    dmarc: dmarc.Dmarc
    chain: arc.Arc = arc.NONE
    vouched_by: str = ""

    @property
    def is_forged(self) -> bool:
        """Tell whether the domain that readers see denies having sent this.

        By DMARC; where it has no DMARC by SPF, when that is about the same domain and it signed nothing.
        """
        if self.vouched_by:
            return False
        if self.dmarc.result != "none":
            return self.dmarc.result == "fail"
        signed = any(each.result == "pass" and each.domain == self.dmarc.domain for each in self.dkim)
        return self.spf.result == "fail" and self.spf.domain == self.dmarc.domain and not signed

    def proves(self, domain: str) -> bool:
        """Tell whether mail whose envelope names this domain is from it: by SPF, or by DMARC."""
        by_spf = self.spf.result == "pass" and self.spf.domain.lower() == domain.lower()
        return by_spf or (self.dmarc.result == "pass" and self.dmarc.domain.lower() == domain.lower())

    def results(self) -> list[Result]:
        """Return it as it is written down (RFC 8601 §2.7)."""
        return list(self._results())

    def _results(self) -> Iterator[Result]:
        yield Result("spf", self.spf.result, {f"smtp.{self.spf.scope}": self.spf.domain}, self.spf.reason)
        for each in self.dkim:
            named = {"header.d": each.domain, "header.s": each.selector}
            yield Result("dkim", each.result, named, each.reason)
        if not self.dkim:
            yield Result("dkim", "none")
        asked = f"p={self.dmarc.policy}{' t=y' if self.dmarc.is_testing else ''}" if self.dmarc.policy else ""
        said = {"header.from": self.dmarc.domain, "policy.dmarc": self.dmarc.policy}
        said["policy.arc"] = self.vouched_by
        yield Result("dmarc", self.dmarc.result, said, asked or self.dmarc.reason)
        if self.chain.result != "none":
            yield Result("arc", self.chain.result, comment=self.chain.reason)


def check(
    raw: bytes,
    *,
    ip: str,
    helo: str,
    mail_from: str,
    dns: Dns,
    at: datetime,
    trusted_sealers: Collection[str] = (),
    seconds: float = SECONDS,
) -> Checks:
    """Check a message that came from `ip`; what is not told in `seconds` is a temperror. Never raises.

    What `trusted_sealers` say by ARC of a message that they changed is believed.
    """
    begun = time.monotonic()
    bounded = dns.until(begun + seconds)
    # The domains asked about first are of the sender's choice: slow ones must leave time for that of From.
    by_spf = spf.check(ip, mail_from, helo, dns.until(begun + 0.3 * seconds))
    signatures = tuple(dkim.verify(raw, dns.until(begun + 0.6 * seconds).txt, at=at))
    head = raw[: parser.header_end(raw)]
    by_dmarc = dmarc.check(_author_domains(head), by_spf, signatures, bounded)
    chain = arc.verify(raw, bounded.txt, at=at) if b"arc-seal" in head.lower() else arc.NONE
    vouched_by = arc.voucher(chain, by_dmarc.domain, trusted_sealers) if by_dmarc.result == "fail" else ""
    return Checks(by_spf, signatures, by_dmarc, chain, vouched_by)


def _author_domains(head: bytes) -> list[str]:
    """Return the domains that From names, in A-labels; of more than one field as well."""
    found = []
    for name, value in header.fields(head):
        if name == "from":
            for author in address.parse(value):
                try:
                    found.append(address.normalise_domain(author.domain))
                except address.AddressError:
                    continue
    return found
