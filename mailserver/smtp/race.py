"""Connecting to the first of several addresses that answers, IPv6 and IPv4 in turn (RFC 8305)."""

import errno
import os
import selectors
import socket
import time
from collections.abc import Sequence
from itertools import chain, zip_longest

from .patience import Deadline

HEAD_START = 0.25
"""Seconds that an address has before the next one is tried beside it (RFC 8305 §5)."""


class NobodyError(Exception):
    """No address answered; `reasons` by address."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__(", ".join(reasons.values()))
        self.reasons = reasons


def in_turn(addresses: Sequence[str]) -> list[str]:
    """Order addresses: IPv6 first, then one of each family (RFC 8305 §4)."""
    six = [address for address in addresses if ":" in address]
    four = [address for address in addresses if ":" not in address]
    return [address for address in chain.from_iterable(zip_longest(six, four)) if address]


def connect(addresses: Sequence[str], port: int, deadline: Deadline) -> tuple[socket.socket, str]:
    """Return the connection that came about first, and its address; raises NobodyError."""
    race = _Race(port)
    try:
        return race.run(list(addresses), deadline)
    finally:
        race.close()


class _Race:
    """Connections under way; all but the winner are closed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._selector = selectors.DefaultSelector()
        self._running: dict[socket.socket, str] = {}
        self._reasons: dict[str, str] = {}

    def run(self, waiting: list[str], deadline: Deadline) -> tuple[socket.socket, str]:
        next_start = 0.0
        while waiting or self._running:
            if waiting and (time.monotonic() >= next_start or not self._running):
                self._start(waiting.pop(0))
                next_start = time.monotonic() + HEAD_START
                continue
            left = deadline.left()
            if not left:
                self._reasons |= dict.fromkeys(self._running.values(), "no answer")
                break
            pause = min(left, max(next_start - time.monotonic(), 0.0)) if waiting else left
            if won := self._finished(pause):
                return won
        raise NobodyError(self._reasons | dict.fromkeys(waiting, "no answer"))

    def _start(self, address: str) -> None:
        made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        made.setblocking(False)
        code = made.connect_ex((address, self._port))
        if code not in (0, errno.EINPROGRESS):
            made.close()
            self._reasons[address] = os.strerror(code)
            return
        self._running[made] = address
        self._selector.register(made, selectors.EVENT_WRITE)

    def _finished(self, pause: float) -> tuple[socket.socket, str] | None:
        for key, _ in self._selector.select(pause):
            made = key.fileobj
            assert isinstance(made, socket.socket)
            address = self._running.pop(made)
            self._selector.unregister(made)
            if code := made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                made.close()
                self._reasons[address] = os.strerror(code)
            else:
                return made, address
        return None

    def close(self) -> None:
        """Leave nothing open but the winner."""
        for made in self._running:
            made.close()
        self._selector.close()
