"""What one POP3 session may use; docs/operations.md says why each is as it is."""

from dataclasses import dataclass

from ..access import limits
from ..access.limits import KIB


@dataclass(frozen=True, slots=True)
class Limits(limits.Limits):
    """Bytes, seconds and counts; the defaults suit a server on the open Internet."""

    idle_seconds: float = 10 * 60
    """The least that RFC 1939 §3 allows."""
    line_bytes: int = 8 * KIB
    response_bytes: int = 12 * KIB
    """Of a line that answers a challenge of SASL (RFC 5034 §4)."""
    ahead_bytes: int = 512 * KIB
    """Of messages that are read before they are asked for."""
    ahead_messages: int = 64
