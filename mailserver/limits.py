"""How many connections one address may have, at once and in a minute, in all processes together."""

import fcntl
import hashlib
import ipaddress
import mmap
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MINUTE = 60.0
_SLOTS = 8192
_NEIGHBOURS = 16
_LEAD = struct.Struct("=QIII")  # whom, the minute that is counted, connections in it and in the one before


def network(ip: str) -> str:
    """Whom an address belongs to: itself in IPv4, its /64 in IPv6, where one host has them all."""
    if ":" not in ip:
        return ip
    address = ipaddress.IPv6Address(ip.partition("%")[0])
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, 64), strict=False))


class ConnectionLimiter:
    """Counts connections by network; each that was admitted must be released once.

    The counters lie in memory that is shared with every process forked from the one that made it. Each of
    `processes` says with `begin` which it is: what it counts as open is forgotten when another takes its
    place. Memory is fixed; of very many networks, those that have nothing open are forgotten first.
    """

    def __init__(
        self,
        at_once: int = 30,
        a_minute: int = 300,
        in_all: int = 1000,
        *,
        processes: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.at_once, self.a_minute, self.in_all = at_once, a_minute, in_all
        self._clock = clock
        self._processes, self._process = processes, 0
        self._open = struct.Struct(f"={processes}H")
        self._size = _LEAD.size + self._open.size
        # Before the first slot: how many each process has open in all.
        self._memory = mmap.mmap(-1, self._open.size + _SLOTS * self._size)
        self._lock = tempfile.TemporaryFile()  # noqa: SIM115 — as long as this process

    def begin(self, process: int) -> None:
        """Count as this process from now on, which has no connection yet."""
        self._process = process
        with self._locked():
            for position in (0, *(self._position(slot) + _LEAD.size for slot in range(_SLOTS))):
                self._add_open(position, None)

    def admit(self, ip: str) -> bool:
        """Count one connection more, or refuse it; a refused one counts for the minute too."""
        at = self._clock()
        with self._locked():
            position = self._find(_key(ip), at)
            if position is None:
                return False
            opened = position + _LEAD.size
            admitted = (
                self._count(position, at) <= self.a_minute
                and self._sum(opened) < self.at_once
                and self._sum(0) < self.in_all
            )
            if admitted:
                self._add_open(opened, 1)
                self._add_open(0, 1)
            return admitted

    def release(self, ip: str) -> None:
        """One admitted connection has ended."""
        with self._locked():
            position = self._find(_key(ip), self._clock())
            if position is not None:
                self._add_open(position + _LEAD.size, -1)
            self._add_open(0, -1)

    def _find(self, key: int, at: float) -> int | None:
        """Where the network is counted: its slot, or one that has nothing open; None when all have."""
        near = range(key, key + _NEIGHBOURS)
        for position in map(self._position, near):
            if _LEAD.unpack_from(self._memory, position)[0] == key:
                return position
        idle = [position for position in map(self._position, near) if not self._sum(position + _LEAD.size)]
        if not idle:
            return None
        oldest = min(idle, key=lambda position: _LEAD.unpack_from(self._memory, position)[1])
        _LEAD.pack_into(self._memory, oldest, key, int(at // MINUTE), 0, 0)
        return oldest

    def _count(self, position: int, at: float) -> float:
        """Count one more; how many came in the last minute, as if those of the minute before came evenly."""
        whom, counted, now, before = _LEAD.unpack_from(self._memory, position)
        minute, part = divmod(at, MINUTE)
        if counted != int(minute):
            before = now if counted == int(minute) - 1 else 0
            now = 0
        now += 1
        _LEAD.pack_into(self._memory, position, whom, int(minute), now, before)
        return float(now + before * (1 - part / MINUTE))

    def _position(self, slot: int) -> int:
        return self._open.size + slot % _SLOTS * self._size

    def _sum(self, position: int) -> int:
        return sum(self._open.unpack_from(self._memory, position))

    def _add_open(self, position: int, change: int | None) -> None:
        """Change what this process has open, None to nothing."""
        counts = list(self._open.unpack_from(self._memory, position))
        counts[self._process] = 0 if change is None else counts[self._process] + change
        self._open.pack_into(self._memory, position, *counts)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other processes out, if there are any; the lock of one that dies is let go."""
        if self._processes == 1:
            yield
            return
        fcntl.lockf(self._lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN)


def _key(ip: str) -> int:
    """A network as a number; 0 is nobody."""
    digest = hashlib.blake2b(network(ip).encode(), digest_size=8).digest()
    return int.from_bytes(digest) or 1
