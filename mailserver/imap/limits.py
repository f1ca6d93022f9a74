"""What one IMAP session may use; docs/operations.md says why each is as it is."""

from dataclasses import dataclass

from ..access import limits
from ..access.limits import KIB, MIB


@dataclass(frozen=True, slots=True)
class Limits(limits.Limits):
    """Bytes, seconds and counts; the defaults suit a server on the open Internet."""

    message_bytes: int = 35 * MIB
    line_bytes_before_login: int = 8 * KIB
    id_bytes: int = 40 * KIB
    """Of ID before log-in: 30 fields with 1,024 octets each are allowed (RFC 2971 §3.3)."""
    line_bytes: int = 64 * KIB
    """Of a command without its literals."""
    literal_bytes: int = 100 * KIB
    literals_before_login: int = 4
    literals: int = 1000
    written_bytes: int = 32 * MIB
    """Of envelopes and structures that are kept as they were written."""
    in_flight_bytes: int = 256 * MIB
    """Of all messages that are being appended."""
    search_seconds: float = 60
    """For reading messages one by one, where no index can tell."""
    search_keys: int = 200
    depth: int = 20
    """Of parentheses in a command."""
