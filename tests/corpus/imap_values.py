"""Answers of an IMAP server as nested values, in which two servers can be compared."""

import re
from collections.abc import Iterable

type Value = bytes | list["Value"] | None

_TOKEN = re.compile(
    rb'(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*+)"|~?\{(?P<literal>\d+)\}\r\n'
    rb"|(?P<atom>(?:[^\s()\[\]\"{]|\[[^\]]*\])+)|(?P<space>\s+)",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def parse(line: bytes) -> list[Value]:
    """The values of an answer: lists for parentheses, None for NIL, bytes for atoms and strings."""
    stack: list[list[Value]] = [[]]
    position = 0
    while position < len(line):
        found = _TOKEN.match(line, position)
        if found is None:
            raise ValueError(f"not an answer: {line[position : position + 80]!r}")
        position = found.end()
        if found["open"]:
            stack.append([])
        elif found["close"]:
            inner = stack.pop()
            stack[-1].append(inner)
        elif found["literal"]:
            end = position + int(found["literal"])
            stack[-1].append(line[position:end])
            position = end
        elif found["quoted"] is not None:
            stack[-1].append(_ESCAPED.sub(rb"\1", found["quoted"]))
        elif found["atom"]:
            stack[-1].append(None if found["atom"].upper() == b"NIL" else found["atom"])
    [values] = stack
    return values


def fetched(data: Iterable[bytes | tuple[bytes, bytes] | None]) -> dict[int, list[Value]]:
    """What imaplib made of FETCH answers: the items of each message by its number."""
    line = b""
    found: dict[int, list[Value]] = {}
    for piece in data:
        if isinstance(piece, tuple):
            line += piece[0] + b"\r\n" + piece[1]
            continue
        line += piece or b""
        number, items = parse(line)
        assert isinstance(number, bytes) and isinstance(items, list)
        found[int(number)] = found.get(int(number), []) + items
        line = b""
    return found


def item(items: list[Value], name: bytes) -> Value:
    """The value of one item, b"missing" without; the answer may hold others that nobody asked for."""
    found = (items[place + 1] for place in range(0, len(items), 2) if items[place] == name)
    return next(found, b"missing")
