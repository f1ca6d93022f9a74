"""MTA-STS policies (RFC 8461): the record in the DNS and the policy's text, read; which hosts they permit."""

import re
from dataclasses import dataclass
from typing import Literal

MAX_POLICY_BYTES = 64 * 1024
MAX_AGE = 31_557_600
"""Seconds: no policy is kept for longer (RFC 8461 §3.2)."""

_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_PATTERN = re.compile(r"(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")

type Mode = Literal["enforce", "testing", "none"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a domain demands of those who send it mail; `mx` are patterns, `max_age` is in seconds."""

    mode: Mode
    mx: tuple[str, ...]
    max_age: int

    def permits(self, host: str) -> bool:
        """Say whether a host is one of the domain's; "*." stands for one label (RFC 8461 §4.1)."""
        name = host.lower().rstrip(".")
        parent = name.partition(".")[2]
        return any(
            pattern == name or (pattern.startswith("*.") and pattern[2:] == parent) for pattern in self.mx
        )

    def lines(self) -> tuple[str, ...]:
        """Write the policy as TLS reports name it (RFC 8460 §4.4)."""
        mx = (f"mx: {pattern}" for pattern in self.mx)
        return ("version: STSv1", f"mode: {self.mode}", *mx, f"max_age: {self.max_age}")


class PolicyError(ValueError):
    """The text is no policy, for the reason given."""


def record_id(texts: list[bytes]) -> str:
    """Return the id that the TXT records at _mta-sts name; "" without one record that is one."""
    records = [text for text in texts if text.partition(b";")[0].strip() == b"v=STSv1"]
    if len(records) != 1:
        return ""
    for field in records[0].decode("ascii", "replace").split(";"):
        name, _, value = field.strip().partition("=")
        if name == "id" and _ID.fullmatch(value):
            return value
    return ""


def parse(text: str) -> Policy:
    """Read a policy's text; raises PolicyError. Of a key that comes again the first counts, but of mx."""
    known: dict[str, str] = {}
    mx: list[str] = []
    for line in text.splitlines():
        name, found, value = line.partition(":")
        if not line.strip():
            continue
        if not found:
            raise PolicyError("a line without a colon")
        key, value = name.strip(), value.strip()
        if key == "mx":
            mx.append(value.lower().rstrip("."))
        else:
            known.setdefault(key, value)
    return _checked(known, mx)


def _checked(known: dict[str, str], mx: list[str]) -> Policy:
    if known.get("version") != "STSv1":
        raise PolicyError("not of version STSv1")
    mode, age = known.get("mode", ""), known.get("max_age", "")
    if not (age.isascii() and age.isdigit() and len(age) <= 10):
        raise PolicyError("no max_age")
    if not all(_PATTERN.fullmatch(pattern) for pattern in mx):
        raise PolicyError("an mx that is no host")
    if mode == "none":
        return Policy("none", tuple(mx), min(int(age), MAX_AGE))
    if mode not in ("enforce", "testing"):
        raise PolicyError("no such mode")
    if not mx:
        raise PolicyError("no mx")
    return Policy("enforce" if mode == "enforce" else "testing", tuple(mx), min(int(age), MAX_AGE))
