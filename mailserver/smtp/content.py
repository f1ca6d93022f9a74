"""Message content on its way to the wire: line ends, dots (RFC 5321 §4.5.2), blocks; long ones in a file."""

import re
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from mailserver.message import wire_form

BLOCK_BYTES = 65536

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_MOST_HEADER = 1024 * 1024
_encoding_anew = threading.Lock()


@dataclass(frozen=True, slots=True)
class Held:
    """Content in memory, its line ends CRLF."""

    raw: bytes

    @property
    def size(self) -> int:
        """Octets, dots not doubled."""
        return len(self.raw)

    @property
    def is_ascii(self) -> bool:
        """Whether it needs no more than seven bits."""
        return self.raw.isascii()

    def header(self) -> bytes:
        """The header, its last line end included."""
        return self.raw[: self.raw.find(b"\r\n\r\n") + 2]

    def fit(self, *, eight_bit: bool) -> "Held":
        """Return what may be sent: no line too long, and in seven bits where the way takes no more."""
        raw = wire_form.fit(self.raw, eight_bit=eight_bit)
        return self if raw is self.raw else Held(raw)

    def on_the_wire(self) -> Iterator[memoryview]:
        """Give leading dots doubled and the final dot, in blocks, each of which has a deadline of its own."""
        stuffed = self.raw.replace(b"\r\n.", b"\r\n..")
        dot = b"." if stuffed.startswith(b".") else b""
        view = memoryview(b"".join((dot, stuffed, b".\r\n")))
        for start in range(0, len(view), BLOCK_BYTES):
            yield view[start : start + BLOCK_BYTES]

    def close(self) -> None:
        """Nothing is open."""


class Spooled:
    """Content that is too long to be held, in a file without a name; as Held, and to be closed."""

    def __init__(self, pieces: Iterable[bytes], directory: Path) -> None:
        """Write the pieces, cut anywhere, with every line end made CRLF. Raises OSError."""
        self._directory = directory
        self._file = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115 (closed by its owner)
        self.size = 0
        self.is_ascii = True
        self._has_long_line = False
        with ExitStack() as on_failure:
            on_failure.callback(self.close)
            self._write(pieces)
            on_failure.pop_all()

    def _write(self, pieces: Iterable[bytes]) -> None:
        kept = end = b""
        for piece in pieces:
            block = kept + piece
            kept = b"\r" if block.endswith(b"\r") else b""
            end = self._add(_BARE.sub(b"\r\n", block[: len(block) - len(kept)]), end)
        if kept or not end.endswith(b"\r\n"):
            self._add(b"\r\n", end)

    def _add(self, block: bytes, before: bytes) -> bytes:
        """Write a block; returns its end, or what a line that goes on there began with."""
        self._file.write(block)
        self.size += len(block)
        self.is_ascii = self.is_ascii and block.isascii()
        self._has_long_line = self._has_long_line or wire_form.has_long_line(before + block)
        return (before + block)[-wire_form.MAX_LINE :]

    def header(self) -> bytes:
        """The header, its last line end included."""
        self._file.seek(0)
        start = self._file.read(_MOST_HEADER)
        return start[: start.find(b"\r\n\r\n") + 2]

    def fit(self, *, eight_bit: bool) -> "Spooled":
        """Return what may be sent; encoded anew, it is in memory meanwhile, one message at a time."""
        if not self._has_long_line and (eight_bit or self.is_ascii):
            return self
        with _encoding_anew:
            self._file.seek(0)
            return Spooled([wire_form.fit(self._file.read(), eight_bit=eight_bit)], self._directory)

    def on_the_wire(self) -> Iterator[bytes]:
        """Give leading dots doubled and the final dot, in blocks, each of which has a deadline of its own."""
        self._file.seek(0)
        before = b"\r\n"
        while block := self._file.read(BLOCK_BYTES):
            joined = before + block
            yield joined.replace(b"\r\n.", b"\r\n..")[len(before) :]
            before = joined[-2:]
        yield b".\r\n"

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


type Content = Held | Spooled
"""What a conversation sends."""


def held(content: bytes) -> Held:
    """Make every line end CRLF, a bare CR or LF included, and let the last line have one.

    A bare line end that passed through us could end the message early elsewhere (SMTP smuggling).
    """
    if _BARE.search(content):
        content = _BARE.sub(b"\r\n", content)
    return Held(content if content.endswith(b"\r\n") else content + b"\r\n")
