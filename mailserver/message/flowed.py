"""format=flowed: paragraphs to lines that a reader may join again, and back (RFC 3676 §4)."""

import re
from unicodedata import east_asian_width

SIGNATURE = "-- "
_WIDEST = 78
_FILLED = 72
_NARROWEST = 20
_WORD = re.compile(r" *[^ ]+ *| +")
# What a quote mark, an mbox file or a relay would change stands behind a space (§4.4).
_STUFFED = (" ", ">", "From ", ".")


def unflow(text: str, delsp: bool = False) -> str:
    """Join the lines that end in a space with the next of the same quote depth; unstuff; "-- " stays.

    An empty line ends a paragraph whatever the line before it ends in: many who write flowed text mean that.
    """
    result: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != SIGNATURE
        body = content[:-1] if flows and delsp else content
        if depth == open_depth and content and content != SIGNATURE:
            result.append(body)
        else:
            quote = ">" * depth + (" " if depth and body else "")
            result.append(("\n" if result else "") + quote + body)
        open_depth = depth if flows else -1
    return "".join(result)


def flow(text: str) -> str:
    """Break lines of more than 78 columns at spaces; `unflow` undoes it. Spaces at the end of a line go."""
    return "\n".join(_quoted(line) for line in text.split("\n"))


def _quoted(line: str) -> str:
    content = line.lstrip(">")
    depth = len(line) - len(content)
    quote = ">" * depth
    content = content.removeprefix(" ") if depth else content
    content = content if content == SIGNATURE else content.rstrip(" ")
    if not content:
        return quote
    pieces = [content] if _width(line) <= _WIDEST else _filled(content, max(_FILLED - depth, _NARROWEST))
    return "\n".join(f"{quote} {piece}" if quote or piece.startswith(_STUFFED) else piece for piece in pieces)


def _filled(content: str, columns: int) -> list[str]:
    """The pieces of a paragraph: each but the last ends in a space, none is a signature's mark."""
    pieces, piece, width = [], "", 0
    for word in _WORD.findall(content):
        wide = _width(word.rstrip(" "))
        if piece and width + wide > columns and piece != SIGNATURE:
            pieces.append(piece)
            piece, width = "", 0
        piece += word
        width += _width(word)
    return [*pieces, piece]


def _width(text: str) -> int:
    """Columns on a screen: letters of East Asia take two."""
    return len(text) if text.isascii() else len(text) + sum(east_asian_width(char) in "WF" for char in text)
