"""How many connections one address may have, at once and in a minute."""

import ipaddress
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

MINUTE = 60.0


def network(ip: str) -> str:
    """Whom an address belongs to: itself in IPv4, its /64 in IPv6, where one host has them all."""
    if ":" not in ip:
        return ip
    address = ipaddress.IPv6Address(ip.partition("%")[0])
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, 64), strict=False))


@dataclass
class ConnectionLimiter:
    """Counts connections by network; each that was admitted must be released once."""

    at_once: int = 30
    a_minute: int = 300
    in_all: int = 1000
    clock: Callable[[], float] = time.monotonic
    _open: Counter[str] = field(default_factory=Counter)
    _total: int = 0
    _recent: dict[str, deque[float]] = field(default_factory=dict)
    _swept_at: float = 0.0

    def admit(self, ip: str) -> bool:
        """Count one connection more, or refuse it; a refused one counts for the minute too."""
        who, now = network(ip), self.clock()
        self._sweep(now)
        recent = self._recent.setdefault(who, deque(maxlen=self.a_minute + 1))
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        recent.append(now)
        if len(recent) > self.a_minute or self._open[who] >= self.at_once or self._total >= self.in_all:
            return False
        self._open[who] += 1
        self._total += 1
        return True

    def release(self, ip: str) -> None:
        """One admitted connection has ended."""
        who = network(ip)
        self._total -= 1
        self._open[who] -= 1
        if self._open[who] <= 0:
            del self._open[who]

    def _sweep(self, now: float) -> None:
        """Forget once a minute who has not come for a minute: memory follows the living."""
        if now - self._swept_at < MINUTE:
            return
        self._swept_at = now
        self._recent = {who: times for who, times in self._recent.items() if times[-1] > now - MINUTE}
