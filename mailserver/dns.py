"""Asking the DNS: no such name, no such data and no answer are three different things."""

import ipaddress
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dns.exception
import dns.flags
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename

LIFETIME = 10.0
"""Seconds a question may take in all, retries included."""

_CACHED_ANSWERS = 4000
_RECENT_SECONDS = 10.0
_LONGEST_KEPT = 3600.0
_LONGEST_KEPT_NOTHING = 300.0
# Global by its number, but the address of the host's own metadata service in one large cloud.
_METADATA = frozenset((ipaddress.ip_address("168.63.129.16"),))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NoSuchNameError(LookupError):
    """The name does not exist (NXDOMAIN), or can't be one."""


class NoAnswerError(Exception):
    """The DNS gave no usable answer in time (SERVFAIL, refused, silence): asking later may help."""


class _Cache(dns.resolver.LRUCache):
    """Keeps answers as long as they say, but never for long.

    That there is nothing, without a word on how long, would be kept for ever (RFC 2308 §5).
    """

    def put(self, key: dns.resolver.CacheKey, value: dns.resolver.Answer) -> None:
        """Keep an answer."""
        longest = _LONGEST_KEPT if value.rrset else _LONGEST_KEPT_NOTHING
        value.expiration = min(value.expiration, time.time() + longest)
        super().put(key, value)


@dataclass(frozen=True, slots=True)
class Tlsa:
    """A TLSA record (RFC 6698 §2.1)."""

    usage: int
    selector: int
    matching: int
    data: bytes


class Resolver:
    """Questions to one name server, or to those of the system; safe to share between threads."""

    def __init__(self, server: str = "", lifetime: float = LIFETIME, *, trusted: bool | None = None) -> None:
        """Take `server` as "host:port" or "host", "" for the system's; `lifetime` in seconds a question.

        `trusted`: its word that an answer was validated (AD) is believed; None for when it runs on this
        machine, so that nobody else can have said it (RFC 6698 §A.3).
        """
        self._resolver = dns.resolver.Resolver(configure=not server)
        self._resolver.lifetime = lifetime
        self._resolver.timeout = max(lifetime / 3, 0.1)
        self._resolver.cache = _Cache(_CACHED_ANSWERS)
        self._deadline = math.inf
        self._recent: dict[tuple[str, str], tuple[float, Sequence[Any] | None]] = {}
        if server:
            host, port = split_host_port(server, 53)
            self._resolver.nameservers = [host]
            self._resolver.port = port
        self.trusted = all(map(_is_here, self._resolver.nameservers)) if trusted is None else trusted
        if self.trusted:
            # The flag asks for the verdict alone, the signatures stay where they are (RFC 6840 §5.7).
            self._resolver.flags = dns.flags.RD | dns.flags.AD

    def mx(self, domain: str) -> list[tuple[int, str]]:
        """Return (preference, host) pairs; host "" is a null MX (RFC 7505), no pair means no MX record."""
        answer = self._ask(domain, "MX")
        return [(item.preference, item.exchange.to_text(omit_final_dot=True).lstrip(".")) for item in answer]

    def addresses(self, host: str) -> list[str]:
        """Return the IPv4 and then the IPv6 addresses of a host; empty when it has none."""
        found: list[str] = []
        trouble: NoAnswerError | None = None
        for kind in ("A", "AAAA"):
            try:
                found += [item.address for item in self._ask(host, kind)]
            except NoAnswerError as error:
                trouble = error
        if trouble and not found:
            raise trouble
        return found

    def ipv4(self, host: str) -> list[str]:
        """Return the IPv4 addresses of a host (A)."""
        return [item.address for item in self._ask(host, "A")]

    def ipv6(self, host: str) -> list[str]:
        """Return the IPv6 addresses of a host (AAAA)."""
        return [item.address for item in self._ask(host, "AAAA")]

    def names_of(self, ip: str) -> list[str]:
        """Return the names that an address says it has (PTR)."""
        name = dns.reversename.from_address(ip).to_text()
        return [item.target.to_text(omit_final_dot=True) for item in self._ask(name, "PTR")]

    def txt(self, name: str) -> list[bytes]:
        """Return the TXT records of a name, the strings of each joined (RFC 7208 §3.3)."""
        return [b"".join(item.strings) for item in self._ask(name, "TXT")]

    def aliases(self, name: str) -> list[str]:
        """Return where a CNAME leads, with a final dot; empty for a name that is no alias."""
        return [item.target.to_text() for item in self._ask(name, "CNAME")]

    def services(self, name: str) -> list[str]:
        """Return the SRV records of a name as text: priority, weight, port, host (RFC 2782)."""
        return [item.to_text() for item in self._ask(name, "SRV")]

    def until(self, deadline: float) -> "Resolver":
        """Return one that shares the cache, and answers nothing after `deadline` (time.monotonic)."""
        # As copy.copy makes one, at a fifth of its price: each message asks for three.
        other = object.__new__(type(self))
        other.__dict__ = {**self.__dict__, "_deadline": deadline}
        return other

    def tlsa(self, host: str, port: int = 25) -> list[Tlsa]:
        """Return the TLSA records of a service; none unless they were validated."""
        name = f"_{port}._tcp.{host}"
        found = self._ask(name, "TLSA")
        if not self.is_validated(name, "TLSA"):
            return []
        return [Tlsa(item.usage, item.selector, item.mtype, bytes(item.cert)) for item in found]

    def is_validated(self, name: str, kind: str) -> bool:
        """Say whether a trusted resolver vouches for its answer to a question, also where that is none."""
        if not self.trusted:
            return False
        try:
            answer = self._resolver.resolve(
                dns.name.from_text(name), kind, search=False, raise_on_no_answer=False
            )
        except (dns.exception.DNSException, OSError):
            return False
        return bool(answer.response.flags & dns.flags.AD)

    def _ask(self, name: str, kind: str) -> Sequence[Any]:
        """Answer from memory for some seconds: looking into the cache below takes ten times as long."""
        now = time.monotonic()
        if self._deadline <= now:
            raise NoAnswerError(f"no time left to ask about {name} {kind}")
        until, found = self._recent.get((name, kind), (0.0, None))
        if found is None or until < now:
            lifetime = min(self._deadline - now, self._resolver.lifetime)
            found, seconds = self._resolve(name, kind, lifetime)
            if len(self._recent) > _CACHED_ANSWERS:
                self._recent.clear()
            self._recent[name, kind] = now + min(seconds, _RECENT_SECONDS), found
        return found

    def _resolve(self, name: str, kind: str, lifetime: float) -> tuple[Sequence[Any], float]:
        """Ask, or look into the cache of dnspython; how many seconds the answer is good for."""
        try:
            parsed = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError) as error:
            raise NoSuchNameError(f"{name} can't be a name") from error
        try:
            answer = self._resolver.resolve(parsed, kind, search=False, lifetime=lifetime)
            return tuple(answer), answer.expiration - time.time()
        except dns.resolver.NoAnswer:
            return (), _RECENT_SECONDS
        except dns.resolver.NXDOMAIN as error:
            raise NoSuchNameError(f"{name} does not exist") from error
        except (dns.exception.DNSException, OSError) as error:
            raise NoAnswerError(f"no answer about {name} {kind}: {_reason(error)}") from error


def _is_here(nameserver: object) -> bool:
    """Say whether a name server is on this machine."""
    try:
        return ipaddress.ip_address(str(nameserver)).is_loopback
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Whether `address` is one of the open Internet, whatever IPv6 form an IPv4 address hides in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner: ipaddress.IPv4Address | None = None
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1]) or None
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and ip not in _METADATA


def split_host_port(text: str, default_port: int) -> tuple[str, int]:
    """Split "host:port", "[2001:db8::1]:port", "host" or a bare address; raises ValueError."""
    text = text.strip()
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") > 1:
        host, port = str(ipaddress.ip_address(text)), ""
    else:
        host, _, port = text.partition(":")
    number = int(port) if port else default_port
    if not host or not 0 < number < 65536:
        raise ValueError(f"not a host and port: {text}")
    return host, number


def _reason(error: Exception) -> str:
    """Say in a word or two why there was no answer."""
    if isinstance(error, dns.exception.Timeout):
        return "timed out"
    if isinstance(error, dns.resolver.NoNameservers):
        return "server failure"
    return type(error).__name__
