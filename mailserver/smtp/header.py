"""What the header of an arriving message must keep to, told without parsing it."""

import re

from .limits import Limits
from .replies import HEADER_TOO_LARGE, TOO_MANY_HOPS
from .reply import Reply

_FIELD_END = re.compile(rb"\r\n(?![ \t])")


def objection(start: bytes, limits: Limits) -> Reply | None:
    """Why the message is not taken, from its first `limits.header_bytes` + 4 octets; None when it is."""
    header = _header(start)
    if len(header) > limits.header_bytes:
        return HEADER_TOO_LARGE
    folds = header.count(b"\r\n ") + header.count(b"\r\n\t")
    if header.count(b"\r\n") + 1 - folds > limits.fields:
        return HEADER_TOO_LARGE
    if len(header) > limits.field_bytes and max(map(len, _FIELD_END.split(header))) > limits.field_bytes:
        return HEADER_TOO_LARGE
    return TOO_MANY_HOPS if _hops(header) > limits.hops else None


def _header(start: bytes) -> bytes:
    if start.startswith(b"\r\n"):
        return b""
    end = start.find(b"\r\n\r\n")
    return start if end < 0 else start[:end]


def _hops(header: bytes) -> int:
    """How many servers say that they had it (RFC 5321 §6.3)."""
    lowered = header.lower()
    return lowered.count(b"\r\nreceived:") + lowered.startswith(b"received:")
