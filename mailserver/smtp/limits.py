"""What one SMTP session may use; docs/operations.md says why each is as it is."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
CHUNK_LIMIT = 64 * KIB
"""Octets read at once, and held of a peer before its connection is paused (twice as many)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, seconds and counts; the defaults suit a server on the open Internet."""

    message_bytes: int = 35 * MIB
    recipients: int = 1000
    command_bytes: int = 2048
    line_bytes: int = 64 * KIB
    field_bytes: int = 100 * KIB
    header_bytes: int = MIB
    fields: int = 2000
    hops: int = 50
    wrong_commands: int = 10
    idle_commands: int = 100
    idle_seconds: float = 300
    slowest_bytes_per_second: int = 500
    grace_seconds: float = 30
    memory_bytes: int = 256 * KIB
    """Of one message; what is longer waits in a file."""
    in_flight_bytes: int = 2048 * MIB
    """Of all messages that came and are not committed yet."""
    free_disk_bytes: int = 64 * MIB
    group_messages: int = 100
    group_bytes: int = 16 * MIB
