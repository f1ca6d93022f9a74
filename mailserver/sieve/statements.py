"""A script cut into its statements, so that one that can't be read spoils no other."""

from collections.abc import Iterator
from typing import NamedTuple

from sievelib.parser import Lexer, ParseError, Parser

_COMMENTS = ("hash_comment", "bracket_comment")
_STEPS = {"left_cbracket": 1, "right_cbracket": -1}


class Statement(NamedTuple):
    """One statement, an `if` with all that belongs to it; the line it begins in, and the comment above it."""

    text: str
    line: int
    comment: str = ""


class LexicalError(ValueError):
    """The script has something that is no Sieve at all; `line` says where."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def statements(script: str) -> list[Statement]:
    """Cut a script; raises LexicalError."""
    found: list[Statement] = []
    for each in _cut(script.encode()):
        if each.text.startswith(("elsif", "else")) and found:
            found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{each.text}")
        else:
            found.append(each)
    return found


def _cut(text: bytes) -> Iterator[Statement]:
    lexer = Lexer(Parser.lrules)
    depth, start, line, counted, comment = 0, -1, 1, 0, ""
    try:
        for kind, value in lexer.scan(text):
            begin, end = lexer.pos, lexer.pos + len(value)
            if kind in _COMMENTS and start < 0:
                comment = value.decode("utf-8", "replace").strip()
                continue
            if start < 0:
                line += text.count(b"\n", counted, begin)
                start = counted = begin
            depth += _STEPS.get(kind, 0)
            if depth <= 0 and kind in {"semicolon", "right_cbracket"}:
                yield Statement(text[start:end].decode("utf-8", "replace"), line, comment)
                depth, start, comment = 0, -1, ""
    except ParseError as error:
        raise LexicalError(text.count(b"\n", 0, lexer.pos) + 1) from error
    if start >= 0:
        yield Statement(text[start:].decode("utf-8", "replace"), line, comment)
