"""Messages as they stand in an answer: dots stuffed, ended, cut for TOP (RFC 1939 §3, §7); pure."""

import re

from .replies import Bad

_NUMBERED = re.compile(rb"(\w{3,4}) (\d{1,9})(?: \d{1,9})?\r\n")
_MOST_DIGITS = 9


def number(word: str) -> int:
    """Read a number; raises Bad."""
    if not word.isascii() or not word.isdigit() or len(word) > _MOST_DIGITS:
        raise Bad("That is no number")
    return int(word)


def coming(held: bytes, verb: bytes) -> list[int]:
    """The numbers of the same command that a client has sent already, one after the other."""
    found: list[int] = []
    at = 0
    while (match := _NUMBERED.match(held, at)) and match[1].upper() == verb:
        found.append(int(match[2]))
        at = match.end()
    return found


class Stuffer:
    """Writes a message piece by piece.

    A dot after a bare LF is doubled, too: programs that read line by line would take it for the end.
    """

    def __init__(self) -> None:
        self._tail = b"\r\n"

    def feed(self, piece: bytes) -> bytes:
        """Stuff a piece."""
        if not piece:
            return b""
        first = b"." if self._tail.endswith(b"\n") and piece.startswith(b".") else b""
        self._tail = (self._tail + piece[-2:])[-2:]
        return first + piece.replace(b"\n.", b"\n..")

    def end(self) -> bytes:
        """End the last line, where it isn't, and the answer."""
        return b".\r\n" if self._tail == b"\r\n" else b"\r\n.\r\n"


class Top:
    """Cuts a message after its header and so many lines of its body."""

    def __init__(self, lines: int) -> None:
        self._left = lines
        self._is_in_header = True
        self._begun = b""
        self.is_done = False

    def cut(self, piece: bytes) -> bytes:
        """What of the next piece is wanted."""
        at = 0
        while (end := piece.find(b"\n", at)) >= 0:
            self._count(self._begun + piece[at : min(end, at + 2)])
            self._begun, at = b"", end + 1
            if self.is_done:
                return piece[:at]
        self._begun = (self._begun + piece[at : at + 2])[:2]
        return piece

    def _count(self, line: bytes) -> None:
        """Count a line, of which the beginning is enough."""
        if self._is_in_header:
            self._is_in_header = line not in (b"", b"\r")
        else:
            self._left -= 1
        self.is_done = not self._is_in_header and self._left <= 0
