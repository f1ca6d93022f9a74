"""Files for the demo's letters, made here: pictures, a document, a table, an appointment."""

import hashlib
import math
import re
import struct
import zlib
from collections.abc import Callable

_WIDTH, _HEIGHT = 400, 260
_TABLES = {
    "packing-list": "item,pieces,who\ngriddle,2,alice\nfryer,1,bob\nextension cable 20 m,3,both\n"
    "distributor 32 A,1,both\nladle,4,alice\nfire blanket,2,both\nlights,12 m,both\n",
    "rota": "day,morning,evening\n2026-12-01,Carol,Jun\n2026-12-02,Jun,Alice\n2026-12-03,Alice,Jun\n"
    "2026-12-05 FESTIVAL,all,all\n2026-12-06 FESTIVAL,Alice and Jun,all\n",
}
_APPOINTMENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Practice Singh//EN
METHOD:PUBLISH
BEGIN:VEVENT
UID:3f1c@singh.test
DTSTAMP:20261116T080000Z
DTSTART:20261203T092000Z
DTEND:20261203T095000Z
SUMMARY:Practice Dr. Singh
LOCATION:Quay Street 31
END:VEVENT
END:VCALENDAR
"""


def make(name: str, title: str) -> tuple[str, bytes]:
    """The content type and bytes of a file by its name; the same name gives the same bytes."""
    stem, _, kind = name.rpartition(".")
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "png": ("image/png", lambda: picture(name)),
        "pdf": ("application/pdf", lambda: document(title)),
        "csv": ("text/csv", _TABLES.get(stem, "").encode),
        "ics": ("text/calendar", lambda: _APPOINTMENT.replace("\n", "\r\n").encode()),
    }
    content_type, maker = makers[kind]
    return content_type, maker()


def picture(name: str) -> bytes:
    """An evening by the water as PNG; the name chooses its colours."""
    seed = hashlib.sha256(name.encode()).digest()
    sun = (160 + seed[0], 110 + seed[1] // 4, 44 + seed[2] // 10)
    rows = bytearray()
    for y in range(_HEIGHT):
        rows.append(0)
        for x in range(_WIDTH):
            rows += bytes(_pixel(x, y, sun, seed[3]))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _pixel(x: int, y: int, sun: tuple[int, int, int], tint: int) -> tuple[int, int, int]:
    """Sky above the horizon with its sun, below it the sea that mirrors them, and hills between."""
    horizon = _HEIGHT * 5 // 8
    hill = horizon - 26 - int(18 * math.sin(x / 61) + 11 * math.sin(x / 23 + tint))
    mirrored = y if y < horizon else 2 * horizon - y + int(5 * math.sin(y / 3 + x / 40))
    if hill < mirrored <= horizon and y < horizon + 40:
        return (44 + tint // 10, 52, 74)
    depth = max(mirrored, 0) / horizon
    near = max(0.0, 1 - math.hypot(x - sun[0] - 60, mirrored - sun[1]) / 210)
    glow = 1.0 if near > 0.82 else near * near
    shade = 1.0 if y < horizon else 0.72
    red = (70 + 150 * depth) * (1 - glow) + 255 * glow
    green = (88 + 70 * depth) * (1 - glow) + 214 * glow
    blue = (150 - 40 * depth) * (1 - glow) + 140 * glow
    return int(min(red, 255) * shade), int(min(green, 255) * shade), int(min(blue, 255) * shade)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def document(title: str) -> bytes:
    """A page of PDF 1.4 that says its title; letters outside Latin 1 are left out."""
    text = re.sub(rb"[^\w\s:,.-]", b"", title.encode("latin-1", "ignore")).strip() or b"Document"
    rule = b"0.85 0.28 0.06 rg 72 722 160 3 re f"
    stream = b"BT /F1 22 Tf 72 740 Td (%s) Tj ET\n%s" % (text, rule)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    body, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    count = len(objects) + 1
    return bytes(body) + trailer % (count, table, count, len(body))
