"""How likely a person is written to next: by how often and how lately, in one number that needs no upkeep."""

from datetime import UTC, datetime, timedelta
from math import log2

HALF_LIFE = timedelta(days=60)
UNUSED = 0.0
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def used(rank: float, at: datetime) -> float:
    """The rank after one more use.

    Each use counts twice what one of 60 days before counts (forward decay: Cormode, Shkapenyuk, Srivastava,
    Xu, ICDE 2009). It is kept as a logarithm: all ranks grow old alike, so their order stays without a write.
    """
    return both(rank, max(0.0, (at - _EPOCH) / HALF_LIFE))


def both(one: float, other: float) -> float:
    """The rank of who was used as two were together."""
    if UNUSED in (one, other):
        return max(one, other)
    return max(one, other) + log2(1 + 2 ** -abs(one - other))
