"""The words of a command and of an answer (RFC 5804 §1.2, §4); pure."""

import re
from typing import NamedTuple

from ..access.refusal import Bad

_WORD = re.compile(rb'"((?:[^"\\\r\n\0]|\\["\\])*)"|([A-Za-z][A-Za-z0-9_-]*|\d+)')
_LITERAL = re.compile(rb"\{(\d{1,10})\+?\}$")
_ESCAPED = re.compile(rb'\\(["\\])')
_LONGEST_QUOTED = 1000


class Word(NamedTuple):
    """An atom, or a string."""

    text: str
    is_string: bool


LITERAL = Word("", True)
"""Stands where a literal goes, until it is read."""


def words(line: bytes) -> tuple[list[Word], int | None]:
    """The words of a line without its end, and the octets of a literal that follows it, if one does."""
    found: list[Word] = []
    rest = line.strip(b" ")
    while rest:
        if literal := _LITERAL.match(rest):
            return found, int(literal[1])
        match = _WORD.match(rest)
        if match is None or rest[match.end() : match.end() + 1] not in (b"", b" "):
            raise Bad("not a word")
        found.append(_word(match))
        rest = rest[match.end() :].lstrip(b" ")
    return found, None


def string(data: bytes) -> Word:
    """A string that came as a literal; raises Bad for what is not UTF-8."""
    try:
        return Word(data.decode(), True)
    except UnicodeDecodeError as error:
        raise Bad("not UTF-8") from error


def quoted(text: str) -> bytes:
    """Write a string: between quotes, or as a literal where they don't serve."""
    data = text.encode()
    if len(data) > _LONGEST_QUOTED or any(octet in data for octet in b"\r\n\0"):
        return b"{%d}\r\n%b" % (len(data), data)
    return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def answer(kind: str, text: str, code: str = "") -> bytes:
    """A response: OK, NO or BYE, a code in brackets, and words."""
    return b" ".join([kind.encode(), *([f"({code})".encode()] if code else []), quoted(text)]) + b"\r\n"


def _word(match: re.Match[bytes]) -> Word:
    if match[1] is None:
        return Word(match[2].decode("ascii"), False)
    return string(_ESCAPED.sub(rb"\1", match[1]))
