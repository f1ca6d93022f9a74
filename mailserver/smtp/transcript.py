"""What was said in an attempt, line by line with its time; message contents are not kept."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import merge

from .patience import Clock

Line = tuple[float, str, str]
"""Seconds since the start, "S" the server, "C" the client (we) or "*" an event, and the text."""

_LINE_LENGTH = 2000


_Entry = tuple[int, Line, str | None]
"""Its place among all, the line, and the recipient that alone it concerns."""


class Transcript:
    """Grows while the attempt runs; each recipient of each message has a view of its own.

    What concerns one message is kept apart: a view costs the same on a connection that carries thousands.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._start = clock()
        self._count = 0
        self._shared: list[_Entry] = []
        self._of_message: dict[int, list[_Entry]] = {}
        self._message: int | None = None
        self._recipient: str | None = None

    def event(self, text: str) -> None:
        """Keep something that happened: resolved, connected, encrypted, lost."""
        self._add("*", text)

    def client(self, line: bytes) -> None:
        """Keep a command of ours, without its line end."""
        self._add("C", readable(line))

    def server(self, line: bytes) -> None:
        """Keep a line of the server's, without its line end."""
        self._add("S", readable(line))

    @contextmanager
    def about(self, message: int | None, recipient: str | None = None) -> Iterator[None]:
        """Mark what is kept meanwhile as concerning one message, or one recipient of it, only."""
        before = self._message, self._recipient
        self._message, self._recipient = message, recipient
        try:
            yield
        finally:
            self._message, self._recipient = before

    def view(self, message: int, recipient: str) -> list[Line]:
        """Return the lines that concern a recipient of a message: shared ones, the message's, its own."""
        entries = merge(self._shared, self._of_message.get(message, ()))
        return [line for _, line, whose in entries if whose in (None, recipient)]

    def forget(self, message: int) -> None:
        """Drop what concerned one message only: nobody will ask for a view of it again."""
        self._of_message.pop(message, None)

    def _add(self, side: str, text: str) -> None:
        at = round(self._clock() - self._start, 3)
        self._count += 1
        entry = (self._count, (at, side, text[:_LINE_LENGTH]), self._recipient)
        entries = self._shared if self._message is None else self._of_message.setdefault(self._message, [])
        entries.append(entry)


def readable(line: bytes) -> str:
    """Decode a line of the wire for people: UTF-8 where it is, no control characters."""
    text = line.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
