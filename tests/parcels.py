"""Messages with files for tests: raw header fields and bytes in, so that a test can lie as senders do."""

import base64
import struct
import zlib

from tests.mail import letter

HEAD = (
    b"From: Bob <bob@hamburger.test>\r\nTo: Alice <alice@crepes.test>\r\nSubject: Files\r\n"
    b"Date: Sun, 22 Nov 2026 11:59:56 +0000\r\nMessage-ID: <files@hamburger.test>\r\nMIME-Version: 1.0\r\n"
)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>"
    b"endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    b"endobj\n"
    b"4 0 obj<</Length 44>>stream\nBT /F 24 Tf 40 100 Td (Invoice 2026-11) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
PROGRAM = b"MZ\x90\0\x03\0\0\0" + b"\0" * 200 + b"PE\0\0"


def png(width: int = 8, height: int = 8, color: tuple[int, int, int] = (200, 80, 40)) -> bytes:
    """A picture of one colour."""
    rows = (b"\0" + bytes(color) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def wav(seconds: float = 0.5) -> bytes:
    """Silence."""
    data = b"\x80" * int(8000 * seconds)
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    return (
        b"RIFF"
        + struct.pack("<I", 4 + len(head) + 8 + len(data))
        + b"WAVE"
        + head
        + b"data"
        + (struct.pack("<I", len(data)) + data)
    )


def part(content_type: str, data: bytes, *fields: str, encoding: str = "base64") -> bytes:
    """A part with these header lines."""
    body = base64.encodebytes(data).replace(b"\n", b"\r\n") if encoding == "base64" else data
    lines = [f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {encoding}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def file(name: str, data: bytes, content_type: str = "application/octet-stream") -> bytes:
    """An attachment under a plain name."""
    return part(content_type, data, f'Content-Disposition: attachment; filename="{name}"')


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "b", head: bytes = HEAD) -> bytes:
    """A whole message of these parts; with `head=b""` a part to stand in another."""
    lines = b"".join(b"--" + boundary.encode() + b"\r\n" + each + b"\r\n" for each in parts)
    return (
        head
        + f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
        + lines
        + b"--"
        + boundary.encode()
        + b"--\r\n"
    )


def text(words: str, charset: str = "utf-8") -> bytes:
    """A plain text to stand first."""
    return part(f"text/plain; charset={charset}", words.encode(charset), encoding="8bit")


def forwarded(raw: bytes, *fields: str) -> bytes:
    """A message inside, as it is."""
    return part("message/rfc822", raw, *fields, encoding="8bit")


def nested(depth: int) -> bytes:
    """A letter inside a message inside a message …"""
    raw = letter("The innermost", "Deep words")
    for level in range(depth):
        raw = HEAD.replace(b"Files", f"Level {depth - level}".encode()) + forwarded(raw)
    return raw


def tnef(name: str, data: bytes) -> bytes:
    """A winmail.dat with one file, its long name among the properties (MS-OXTNEF)."""
    wide = name.encode("utf-16-le") + b"\0\0"
    padded = wide + b"\0" * (-len(wide) % 4)
    properties = struct.pack("<IHHII", 1, 0x1F, 0x3707, 1, len(wide)) + padded
    attributes = (
        (2, 0x00069002, b"\0" * 14),
        (2, 0x00018010, b"SHORT~1.TXT\0"),
        (2, 0x0006800F, data),
        (2, 0x00069005, properties),
    )
    return b"\x78\x9f\x3e\x22\x01\0" + b"".join(
        struct.pack("<BII", level, key, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
        for level, key, value in attributes
    )


def calendar(*lines: str, method: str = "REQUEST") -> bytes:
    """A calendar file of these lines."""
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", f"METHOD:{method}", *lines, "END:VCALENDAR", ""]
    ).encode()


def event(*lines: str) -> list[str]:
    """The lines of an entry."""
    return ["BEGIN:VEVENT", "UID:1@x", "DTSTAMP:20261101T080000Z", *lines, "END:VEVENT"]
