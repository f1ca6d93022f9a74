"""The delimiter lines of a multipart: found by its boundary, or by their looks (RFC 2046 §5.1.1)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TAIL = re.compile(rb"(--)?+[ \t]*+\r*+(?:\n|\Z)")
# A line that looks like a delimiter: the next one is a header field. Read when the boundary named is wrong.
_LIKELY = re.compile(rb"^--([^\r\n]{1,200})\r?\n(?=[Cc]ontent-[A-Za-z-]{1,40}:)", re.MULTILINE)
_DASHES = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n", re.MULTILINE)


# Places that look like a delimiter and are none: past these, a compiled pattern is worth its price.
_MANY = 200


class Delimiter(NamedTuple):
    """`before`: where the part before it ends, its line end being the delimiter's; `after`: the next line."""

    before: int
    after: int
    closing: bool


def find(raw: bytes, body: int, end: int, boundary: bytes) -> Iterator[Delimiter]:
    """All delimiters in `raw[body:end]`, also those behind the closing one."""
    if not boundary:
        return
    needle, mistaken = b"--" + boundary, 0
    position = raw.find(needle, body, end)
    while position >= 0:
        following = position + len(needle)
        begins_line = position == body or raw[position - 1] == 0x0A
        tail = _TAIL.match(raw, following, end) if begins_line else None
        if tail:
            yield _delimiter(raw, body, position, tail)
            following = tail.end()
        else:
            mistaken += 1
            if mistaken > _MANY:
                yield from _find_among_many(raw, following, end, needle)
                return
        position = raw.find(needle, following, end)


def _delimiter(raw: bytes, body: int, position: int, tail: re.Match[bytes]) -> Delimiter:
    before = position - (2 if raw[position - 2 : position] == b"\r\n" else 1)
    return Delimiter(max(body, before), tail.end(), tail[1] is not None)


def _find_among_many(raw: bytes, position: int, end: int, needle: bytes) -> Iterator[Delimiter]:
    literal = re.escape(needle)
    pattern = re.compile(literal + rb"(?<=\n" + literal + rb")" + _TAIL.pattern)
    while match := pattern.search(raw, position, end):
        yield _delimiter(raw, position, match.start(), match)
        position = match.end()


def guess(raw: bytes, body: int, end: int) -> tuple[bytes, int]:
    """The boundary in use and where its first delimiter stands; b"" when nothing looks like one."""
    likely = _LIKELY.search(raw, body, end)
    if likely:
        return likely[1].rstrip(), likely.start()
    dashes = _DASHES.search(raw, body, end)
    if (
        dashes
        and dashes[1].strip(b" -")
        and raw.find(b"\n--" + dashes[1] + b"--", dashes.end() - 1, end) >= 0
    ):
        return dashes[1], dashes.start()
    return b"", body
