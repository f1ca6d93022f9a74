"""Files written into the text of a mail: uuencode blocks, and yEnc of news (yenc.org, draft 1.3)."""

import re

from . import charset, header
from .part import Part

MAX_FILES = 100

# Data lines of uuencode hold no small letter: prose that speaks of "begin 644 x" ends the block at once.
_UUENCODE = re.compile(
    rb"^begin [0-7]{3,4}(?: (?P<name>[^\r\n]{0,255}+))?+\r?\n"
    rb"(?P<data>(?:[!-`][ -`]{0,64}+[ \t]*+\r?(?:\n|\Z))*+)"
    rb"(?P<end>(?:[ `]?+\r?\n)?+end[ \t]*+\r?(?:\n|\Z))?+",
    re.MULTILINE,
)
_YENC = re.compile(rb"^=ybegin [^\r\n]{0,200}?\bname=(?P<name>[^\r\n]{1,255}+)\r?\n", re.MULTILINE)
_YENC_END = re.compile(rb"^=yend [^\r\n]*+(?:\r?\n|\Z)", re.MULTILINE)
_TYPES = {
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
}


def files(raw: bytes, body: int, end: int, label: str = "") -> tuple[Part, ...]:
    """The files in the text `raw[body:end]`, as parts of no header; `label` is the charset of their names."""
    found: list[Part] = []
    if raw.find(b"begin ", body, end) < 0:
        return ()
    position = body
    while len(found) < MAX_FILES and (match := _UUENCODE.search(raw, position, end)):
        position = match.end()
        if match["end"] or _is_uuencode(match["data"]):
            found.append(_part(raw, match.span(), match["name"] or b"", "x-uuencode", label))
    position = body
    while len(found) < MAX_FILES and (match := _YENC.search(raw, position, end)):
        close = _YENC_END.search(raw, match.end(), end)
        if close is None:
            break
        position = close.end()
        found.append(_part(raw, (match.start(), position), match["name"], "x-yenc", label))
    return tuple(sorted(found, key=lambda part: part.start))


def without(data: bytes, part: Part) -> bytes:
    """`data`, the body of `part`, without the files in it."""
    pieces, position = [], 0
    for each in part.embedded:
        pieces.append(data[position : max(position, each.start - part.body)])
        position = max(position, each.end - part.body)
    return b"".join([*pieces, data[position:]])


def _is_uuencode(data: bytes) -> bool:
    """Whether a block cut off before its end is one: its first line is as long as it says."""
    line = data.partition(b"\n")[0].rstrip(b"\r")
    return bool(line) and 0 <= len(line) - 1 - ((line[0] - 32 & 63) + 2) // 3 * 4 <= 2


def _part(raw: bytes, span: tuple[int, int], name: bytes, encoding: str, label: str) -> Part:
    shown = header.strip_controls(charset.decode_header(name, label)).strip(' "')
    content_type = _TYPES.get(shown.rpartition(".")[2].lower(), "application/octet-stream")
    return Part(
        start=span[0],
        body=span[0],
        end=span[1],
        lines=raw.count(b"\n", *span),
        content_type=content_type,
        encoding=encoding,
        disposition="attachment",
        disposition_parameters={"filename": shown},
    )
