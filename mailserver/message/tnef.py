"""winmail.dat opened: the files and texts of a TNEF stream (MS-OXTNEF) as a message; never raises."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import charset, header
from .part import Part

MAX_FILES = 500
_MAX_ATTRIBUTES = 5000
_MAX_PROPERTIES = 2000

_SIGNATURE = b"\x78\x9f\x3e\x22"
# Attributes (MS-OXTNEF §2.1.3.2), by the lower half of their id.
_BODY, _MESSAGE_PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_FILE_BEGINS, _FILE_DATA, _FILE_TITLE, _FILE_PROPERTIES = 0x9002, 0x800F, 0x8010, 0x9005
# Properties (MS-OXPROPS): of a message, and of a file.
_TEXT, _HTML = 0x1000, 0x1013
_OBJECT, _NAME, _SHORT_NAME, _DISPLAY_NAME, _TYPE, _CONTENT_ID = (
    0x3701,
    0x3707,
    0x3704,
    0x3001,
    0x370E,
    0x3712,
)
_WIDTHS = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_STRING8, _UNICODE = 0x1E, 0x1F
_NAMED_FROM = 0x8000
_MANY = 0x1000

type Properties = dict[int, tuple[int, bytes]]


@dataclass(slots=True)
class _File:
    data: bytes = b""
    title: bytes = b""
    properties: Properties = field(default_factory=dict)


def unpack(data: bytes) -> tuple[bytes, Part]:
    """(raw, root): a multipart of what is inside, its offsets counting in `raw`; empty when it is no TNEF."""
    files: list[_File] = []
    message: Properties = {}
    body, codepage = b"", ""
    for name, value in _attributes(data):
        if name == _FILE_BEGINS and len(files) < MAX_FILES:
            files.append(_File())
        elif name == _CODEPAGE and len(value) >= 4:
            codepage = f"windows-{struct.unpack_from('<I', value)[0]}"
        elif name == _BODY:
            body = value
        elif name == _MESSAGE_PROPERTIES:
            message = _properties(value)
        elif files:
            _add(files[-1], name, value)
    return _assembled([*_texts(message, body, codepage), *(_as_file(found, codepage) for found in files)])


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(id, value) of each attribute; a cut-off last one is given as far as it goes."""
    if not data.startswith(_SIGNATURE):
        return
    position = 6
    for _ in range(_MAX_ATTRIBUTES):
        if position + 9 > len(data):
            return
        name, _type, length = struct.unpack_from("<HHI", data, position + 1)
        start = position + 9
        yield name, data[start : start + length]
        position = start + length + 2


def _add(found: _File, name: int, value: bytes) -> None:
    if name == _FILE_DATA:
        found.data = value
    elif name == _FILE_TITLE:
        found.title = value
    elif name == _FILE_PROPERTIES:
        found.properties = _properties(value)


def _properties(data: bytes) -> Properties:
    """{id: (type, first value)} of a property list (MS-OXTNEF §2.1.3.4); what can't be read ends it."""
    found: Properties = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        position = 4
        for _ in range(min(count, _MAX_PROPERTIES)):
            kind, name = struct.unpack_from("<HH", data, position)
            position = _past_name(data, position + 4) if name >= _NAMED_FROM else position + 4
            value, position = _value(data, position, kind)
            found.setdefault(name, (kind & ~_MANY, value))
    except (struct.error, KeyError):
        # Cut off or of an unknown type: what was read so far is good.
        return found
    return found


def _past_name(data: bytes, position: int) -> int:
    (kind,) = struct.unpack_from("<I", data, position + 16)
    if not kind:
        return position + 24
    (length,) = struct.unpack_from("<I", data, position + 20)
    return position + 24 + _padded(length)


def _value(data: bytes, position: int, kind: int) -> tuple[bytes, int]:
    base, many = kind & ~_MANY, bool(kind & _MANY)
    if base not in _VARIABLE and not many:
        width = _WIDTHS[base]
        return data[position : position + width], position + width
    (count,) = struct.unpack_from("<I", data, position)
    position += 4
    if base not in _VARIABLE:
        return data[position : position + _WIDTHS[base]], position + _WIDTHS[base] * count
    first = b""
    for number in range(min(count, _MAX_PROPERTIES)):
        (length,) = struct.unpack_from("<I", data, position)
        first = data[position + 4 : position + 4 + length] if not number else first
        position += 4 + _padded(length)
    return first, position


def _padded(length: int) -> int:
    return length + -length % 4


def _string(properties: Properties, names: tuple[int, ...], codepage: str) -> str:
    for name in names:
        kind, value = properties.get(name, (0, b""))
        if kind == _UNICODE:
            return header.strip_controls(value.decode("utf-16-le", "replace").rstrip("\0"))
        if kind == _STRING8:
            return header.strip_controls(charset.decode(value.rstrip(b"\0"), codepage))
    return ""


def _texts(message: Properties, body: bytes, codepage: str) -> Iterator[tuple[Part, bytes]]:
    """The body as HTML, else as text."""
    kind, html = message.get(_HTML, (0, b""))
    if html:
        text = html.decode("utf-16-le", "replace").encode() if kind == _UNICODE else html
        yield _leaf("text/html", "utf-8" if kind == _UNICODE else codepage), text
        return
    kind, text = message.get(_TEXT, (_STRING8, body))
    text = text.decode("utf-16-le", "replace").encode() if kind == _UNICODE else text
    if text.rstrip(b"\0"):
        yield _leaf("text/plain", "utf-8" if kind == _UNICODE else codepage), text.rstrip(b"\0")


def _leaf(content_type: str, label: str) -> Part:
    return Part(0, 0, 0, 0, content_type, {"charset": label} if label else {}, "binary")


def _as_file(found: _File, codepage: str) -> tuple[Part, bytes]:
    properties = found.properties
    name = _string(properties, (_NAME, _SHORT_NAME, _DISPLAY_NAME), codepage)
    name = name or header.strip_controls(charset.decode(found.title.rstrip(b"\0"), codepage))
    content_type = _string(properties, (_TYPE,), codepage).lower() or "application/octet-stream"
    data = found.data or properties.get(_OBJECT, (0, b""))[1]
    if data[16:20] == _SIGNATURE:
        # A message inside comes after the 16 bytes that name its interface.
        data, content_type, name = data[16:], "application/ms-tnef", name or "message.dat"
    part = Part(
        0, 0, 0, 0, content_type, {}, "binary", "attachment", {"filename": name} if name else {},
        _string(properties, (_CONTENT_ID,), codepage).strip(" <>"),
    )  # fmt: skip
    return part, data


def _assembled(pieces: list[tuple[Part, bytes]]) -> tuple[bytes, Part]:
    """Lay the pieces one after another, and tell each part where it lies."""
    children, position = [], 0
    for part, data in pieces:
        end = position + len(data)
        children.append(
            Part(
                position, position, end, data.count(b"\n"), part.content_type, part.parameters, part.encoding,
                part.disposition, part.disposition_parameters, part.content_id,
            )
        )  # fmt: skip
        position = end
    raw = b"".join(data for _, data in pieces)
    return raw, Part(0, 0, position, 0, "multipart/mixed", children=tuple(children))
