"""Authentication-Results, read and written (RFC 8601 §2.2). Trust it only where our own server wrote it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailserver.message import header, parser

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]*)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"([a-z]+)\.([a-z0-9_-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))", re.IGNORECASE)
_MOST_RESULTS = 50
_LONGEST = 8000
_LONGEST_VALUE = 255
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~@:-]+")
_NOT_QUOTED = re.compile(r"[^ !#-\[\]-~]")
_NOT_IN_COMMENT = re.compile(r"[^ !-'*-\[\]-~]")
_FIELD = re.compile(
    rb"^Authentication-Results[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Result:
    """A method ("spf", "dkim", "dmarc", …), its result ("pass", "fail", …), and properties as "header.d".

    `comment` is for people; it is written and never read.
    """

    method: str
    result: str
    properties: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""


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


def write(server: str, found: Sequence[Result]) -> bytes:
    """Write the field, folded, CRLF at its end; what is not fit to stand in it is left out."""
    statements = ["\r\n\t" + _statement(result) for result in found] or [" none"]
    return f"Authentication-Results: {server};{';'.join(statements)}\r\n".encode()


def text(server: str, found: Sequence[Result]) -> str:
    """Write the same on one line, without the name of the field."""
    return "; ".join([server, *([_statement(result) for result in found] or ["none"])])


def _statement(result: Result) -> str:
    comment = _NOT_IN_COMMENT.sub("", result.comment)[:_LONGEST_VALUE]
    words = [f"{result.method}={result.result}", *([f"({comment})"] if comment else [])]
    words += [f"{name}={_value(value)}" for name, value in result.properties.items() if value]
    return " ".join(words)


def _value(value: str) -> str:
    value = value[:_LONGEST_VALUE]
    return value if _TOKEN.fullmatch(value) else '"' + _NOT_QUOTED.sub("", value) + '"'


def without(raw: bytes, server: str) -> bytes:
    """Take out the fields of the header that claim to be from `server` (RFC 8601 §5)."""
    end = parser.header_end(raw)
    if b"authentication-results" not in raw[:end].lower():
        return raw
    kept = _FIELD.sub(lambda field: b"" if _is_of(field[0], server) else field[0], raw[:end])
    return kept + raw[end:]


def _is_of(field: bytes, server: str) -> bool:
    value = field.partition(b":")[2]
    return read(b" ".join(value.split())).server in {server.lower(), ""}


def _result(match: re.Match[str]) -> Result:
    properties = {
        f"{kind}.{name}".lower(): quoted or plain for kind, name, quoted, plain in _PROPERTY.findall(match[3])
    }
    return Result(match[1].lower(), match[2].lower(), properties)
