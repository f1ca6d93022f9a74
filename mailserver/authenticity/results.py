"""Authentication-Results, read (RFC 8601 §2.2); never raises. Trust it only where our own server wrote it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mailserver.message import header

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]*)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"([a-z]+)\.([a-z0-9_-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))", re.IGNORECASE)
_MOST_RESULTS = 50
_LONGEST = 8000


@dataclass(frozen=True, slots=True)
class Result:
    """A method ("spf", "dkim", "dmarc", …), its result ("pass", "fail", …), and properties as "header.d"."""

    method: str
    result: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Results:
    """What one server says it checked; `server` is its authserv-id, lower case."""

    server: str
    results: tuple[Result, ...]


def read(value: bytes) -> Results:
    """One field, already unfolded."""
    text = _COMMENT.sub(" ", _COMMENT.sub(" ", header.decode(value)[:_LONGEST]))
    server, *statements = text.split(";")[:_MOST_RESULTS]
    words = server.split()
    found = (_RESULT.fullmatch(statement) for statement in statements)
    results = tuple(_result(match) for match in found if match)
    return Results(words[0].lower() if words else "", results)


def _result(match: re.Match[str]) -> Result:
    properties = {
        f"{kind}.{name}".lower(): quoted or plain for kind, name, quoted, plain in _PROPERTY.findall(match[3])
    }
    return Result(match[1].lower(), match[2].lower(), properties)
