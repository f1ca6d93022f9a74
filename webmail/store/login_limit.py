"""How often a log-in may fail, from one address on the net and for one account, at all doors together.

A device in which the account's owner has signed in before is counted by itself: whoever tries the account's
password elsewhere, or shares the owner's address on the net, doesn't shut the owner out.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_network
from time import time

from . import login_failures

_DAY = 24 * 3600
# Failures, by the seconds of the window they are counted in.
LIMITS = {60: 10, _DAY: 50}


class Try:
    """A try to log in, counted as a failure from the start: a thousand at once find the limit, too."""

    def __init__(self, address: str, ip: str, device: str = "") -> None:
        now = int(time())
        self._windows = dict(_counters([device] if device else [_net(ip), address], now))
        ends = {
            key: datetime.fromtimestamp(now - now % window + window, UTC)
            for key, window in self._windows.items()
        }
        self._counts = login_failures.count(ends)

    def is_allowed(self) -> bool:
        """Tell whether there is room for one more failure."""
        return all(count <= LIMITS[self._windows[key]] for key, count in self._counts.items())

    def forgive(self) -> None:
        """Take it back: it was right, or was not tried."""
        login_failures.take_back(self._windows)


def count_stranger() -> None:
    """Count a try at an address that nobody has: it takes as long as writing down that of a person."""
    today = int(time()) // _DAY
    login_failures.count({f"login-strangers-{today}": datetime.fromtimestamp((today + 1) * _DAY, UTC)})


def _counters(names: list[str], now: int) -> Iterator[tuple[str, int]]:
    """Name the counters of a try, each with its window, which begins with the clock."""
    for name in names:
        # Hashed: an address as typed may be long, and is nobody's to read in a table.
        known_as = hashlib.sha256(name.encode()).hexdigest()[:32]
        for window in LIMITS:
            yield f"login-failures-{known_as}-{window}-{now // window}", window


def _net(ip: str) -> str:
    """Name whom an address on the net belongs to: of IPv6, each customer has a /64."""
    return str(ip_network(f"{ip}/64", strict=False)) if ":" in ip and "%" not in ip else ip
