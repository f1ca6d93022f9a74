"""What one ManageSieve session may use."""

from dataclasses import dataclass

from ..access import limits
from ..access.limits import KIB, MIB


@dataclass(frozen=True, slots=True)
class Limits(limits.Limits):
    """Octets and counts; the line and the literals before log-in are for a name and a password."""

    line_octets: int = 8 * KIB
    literal_octets: int = 8 * KIB
    script_octets: int = MIB
    words: int = 3
