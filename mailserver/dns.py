"""Asking the DNS: no such name, no such data and no answer are three different things."""

import copy
import ipaddress
import math
import time
from collections.abc import Sequence
from typing import Any

import dns.exception
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


class Resolver:
    """Questions to one name server, or to those of the system; safe to share between threads."""

    def __init__(self, server: str = "", lifetime: float = LIFETIME) -> None:
        """Take `server` as "host:port" or "host", "" for the system's; `lifetime` in seconds a question."""
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

    def until(self, deadline: float) -> "Resolver":
        """Return one that shares the cache, and answers nothing after `deadline` (time.monotonic)."""
        other = copy.copy(self)
        other._deadline = deadline
        return other

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
