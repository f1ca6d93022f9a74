"""A sign of life of the worker, carried through the queue: beat sends a task, a worker notes it."""

import time

from django.core.cache import cache

INTERVAL_SECONDS = 15
# Two beats may be late or lost before anybody worries.
STALE_SECONDS = 3 * INTERVAL_SECONDS
_KEY = "worker-heartbeat"


class _Pulse:
    """When this process wrote last."""

    written_at = -1e9


def beat() -> None:
    """Note that a task was carried out just now; written once an interval, for a write is synced."""
    if time.monotonic() - _Pulse.written_at >= INTERVAL_SECONDS:
        cache.set(_KEY, time.time(), timeout=None)
        _Pulse.written_at = time.monotonic()


def is_alive() -> bool:
    """Whether a task was carried out lately."""
    last = cache.get(_KEY)
    return last is not None and abs(time.time() - last) < STALE_SECONDS
