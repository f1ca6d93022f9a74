"""What a session of any protocol may use."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and counts; the defaults suit a server on the open Internet."""

    wrong_commands: int = 10
    login_seconds: float = 60
    idle_seconds: float = 30 * 60
    line_seconds: float = 60
    """For a line that was begun."""
    slowest_bytes_per_second: int = 500
    write_seconds: float = 300
    """How long a client may not read what it asked for."""
    grace_seconds: float = 10
