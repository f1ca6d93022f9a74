"""Message content on its way to the wire: line ends, dots (RFC 5321 §4.5.2), blocks."""

import re
from collections.abc import Iterator

BLOCK_BYTES = 65536

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def normalised(content: bytes) -> bytes:
    """Make every line end CRLF, a bare CR or LF included, and let the last line have one.

    A bare line end that passed through us could end the message early elsewhere (SMTP smuggling).
    """
    if _BARE.search(content):
        content = _BARE.sub(b"\r\n", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def on_the_wire(content: bytes) -> bytes:
    """Return normalised content with its leading dots doubled and the final dot added."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed + b".\r\n"


def blocks(wire: bytes) -> Iterator[memoryview]:
    """Cut into blocks, each of which has a deadline of its own."""
    view = memoryview(wire)
    for start in range(0, len(view), BLOCK_BYTES):
        yield view[start : start + BLOCK_BYTES]
