"""How often signing in may fail: ten times a minute for one address on the net, and for one account."""

import hashlib

from django.core.cache import cache

FAILURES_A_MINUTE = 10


def allowed(ip: str, address: str) -> bool:
    """Tell whether another try may be made now."""
    counts = cache.get_many(_keys(ip, address))
    return all(count < FAILURES_A_MINUTE for count in counts.values())


def count_failure(ip: str, address: str) -> None:
    """Remember a failed try for a minute."""
    for key in _keys(ip, address):
        cache.add(key, 0, timeout=60)
        cache.incr(key)


def _keys(ip: str, address: str) -> list[str]:
    # Hashed: an address as typed may be long, and is nobody's to read in a cache.
    return [f"login-failures-{hashlib.sha256(name.encode()).hexdigest()[:32]}" for name in (ip, address)]
