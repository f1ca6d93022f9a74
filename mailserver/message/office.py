"""The words of an office document (OOXML, ODF), from the few members of its archive that hold text.

Nothing is unpacked to be shown or kept. Only members of known names are read, each up to a limit, and the
XML is read as a run of tags and texts: no entity is expanded, nothing refers anywhere.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from . import markup

MAX_MEMBERS = 2_000
_MAX_DIRECTORY = 512 * 1024
_MAX_XML = 1 << 20
_MAX_ALL = 2 << 20
_TEXTS = re.compile(
    r"word/(?:document|header\d*|footer\d*|footnotes|comments)\.xml"
    r"|xl/sharedStrings\.xml"
    r"|ppt/(?:slides|notesSlides)/\w{1,40}\.xml"
    r"|content\.xml"
)
# APPNOTE.TXT of PKWARE §4.3.16, §4.3.12 and §4.3.7.
_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 1
_STORED, _DEFLATED = 0, 8

# A paragraph, a cell, a line or a tab parts words; the runs of a word, and what is not shown, don't.
_HIDDEN = re.compile(r"<w:(instrText|delText)[ >][^<]*</w:\1>")
_PARTS_WORDS = re.compile(
    r"</?(?:[a-z]{1,8}:)?(?:p|h|br|cr|tab|tc|si|s|line-break|table-cell)(?:[\s/][^<>]*)?>", re.ASCII
)
_TAG = re.compile(r"<[^<>]*>")


class Member(NamedTuple):
    """A file of an archive: where its own header is, and how much follows it."""

    name: str
    offset: int
    size: int
    method: int


def words(data: bytes) -> str:
    """The text of a document; "" for whatever isn't one."""
    found, left = [], _MAX_ALL
    for member in members(data):
        if _TEXTS.fullmatch(member.name) and left > 0:
            xml = _content(data, member, min(left, _MAX_XML))
            left -= len(xml)
            found.append(_plain(xml.decode("utf-8", "replace")))
    return "\n".join(found)


def members(data: bytes) -> Iterator[Member]:
    """Yield the members of an archive without a comment, as office programs write them; none of another."""
    start = len(data) - _END.size
    if start < 0 or not data.startswith(b"PK\x03\x04"):
        return
    signature, _, _, _, count, size, offset, _ = _END.unpack_from(data, start)
    if signature != b"PK\x05\x06" or count > MAX_MEMBERS or size > _MAX_DIRECTORY:
        return
    for _ in range(count):
        if offset + _ENTRY.size > start:
            return
        entry = _ENTRY.unpack_from(data, offset)
        flags, method, packed, name_size, extra, comment = entry[3], entry[4], entry[8], *entry[10:13]
        if entry[0] != b"PK\x01\x02":
            return
        name = data[offset + _ENTRY.size : offset + _ENTRY.size + name_size]
        if not flags & _ENCRYPTED:
            yield Member(name.decode("utf-8", "replace"), entry[-1], packed, method)
        offset += _ENTRY.size + name_size + extra + comment


def _content(data: bytes, member: Member, limit: int) -> bytes:
    """Up to `limit` bytes of a member; b"" when it is damaged."""
    if member.offset + _LOCAL.size > len(data):
        return b""
    local = _LOCAL.unpack_from(data, member.offset)
    if local[0] != b"PK\x03\x04":
        return b""
    begin = member.offset + _LOCAL.size + local[-2] + local[-1]
    packed = data[begin : begin + member.size]
    if member.method == _STORED:
        return packed[:limit]
    if member.method != _DEFLATED:
        return b""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit)
    except zlib.error:
        return b""


def _plain(xml: str) -> str:
    parted = _PARTS_WORDS.sub(" ", _HIDDEN.sub("", xml))
    return " ".join(markup.unescape(_TAG.sub("", parted)).split())
