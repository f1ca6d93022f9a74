"""Raw bytes -> Part tree: one scan for offsets, no copies, linear on any input, bounded by Limits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from . import header, parameters
from .part import Part


@dataclass(frozen=True, slots=True)
class Limits:
    """Past these a part is an opaque leaf."""

    depth: int = 50
    parts: int = 1000


_HEADER_END = re.compile(rb"\n\r?\n")
_DELIMITER_TAIL = re.compile(rb"(--)?+[ \t]*+\r*+(?:\n|\Z)")
# A line that looks like a delimiter: the next one is a header field. Read when the boundary named is wrong.
_LIKELY_DELIMITER = re.compile(rb"^--([^\r\n]{1,200})\r?\n(?=[Cc]ontent-[A-Za-z-]{1,40}:)", re.MULTILINE)
_ENCODINGS = {"7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue"}
_OPENABLE = ("7bit", "8bit", "binary")
_MESSAGE_TYPES = ("message/rfc822", "message/global")
DEFAULT_LIMITS = Limits()


def parse(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Part:
    """The part tree of a message; never raises, whatever the bytes."""
    return parse_with_fields(raw, limits)[0]


def parse_with_fields(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Part, header.Fields]:
    """The tree, and the fields of the outer header, which had to be read for it."""
    opened = _open(raw, 0, len(raw))
    return _Parser(raw, limits).entity(opened, "text/plain", 0), opened.fields


class _Opened(NamedTuple):
    """A part whose header was read."""

    start: int
    body: int
    end: int
    fields: header.Fields


def _open(raw: bytes, start: int, end: int) -> _Opened:
    body = _header_end(raw, start, end)
    return _Opened(start, body, end, header.fields(raw[start : min(body, start + header.MAX_HEADER_BYTES)]))


def _header_end(raw: bytes, start: int, end: int) -> int:
    """Where the body begins: past the first empty line, or at `end` when all is header."""
    for empty_line in (b"\r\n", b"\n"):
        if raw.startswith(empty_line, start, end):
            return start + len(empty_line)
    found = _HEADER_END.search(raw, start, end)
    return found.end() if found else end


class _Parser:
    def __init__(self, raw: bytes, limits: Limits) -> None:
        self.raw = raw
        self.limits = limits
        self.budget = limits.parts - 1

    def entity(self, opened: _Opened, default: str, depth: int) -> Part:
        """The part with all that is inside; `default` is its type when it names none."""
        start, body, end, fields = opened
        values = {name: value for name, value in reversed(fields) if name.startswith("content-")}
        content_type, content_parameters = _content_type(values, default)
        encoding = _encoding(values.get("content-transfer-encoding", b""))
        children: tuple[Part, ...] = ()
        opaque = False
        if content_type.startswith("multipart/"):
            opaque = depth >= self.limits.depth
            if not opaque:
                children = self._multipart(opened, content_type, content_parameters, depth)
                # Without a delimiter there is one text (RFC 2046 §5.1.1 leaves it open; all readers show it).
                content_type = content_type if children else "text/plain"
        elif content_type in _MESSAGE_TYPES:
            opaque = depth >= self.limits.depth or encoding not in _OPENABLE or self.budget <= 0
            if not opaque:
                self.budget -= 1
                children = (self.entity(_open(self.raw, body, end), "text/plain", depth + 1),)
        disposition, disposition_parameters = _disposition(values)
        return Part(
            start=start,
            body=body,
            end=end,
            lines=0 if children and content_type not in _MESSAGE_TYPES else self.raw.count(b"\n", body, end),
            content_type=content_type,
            parameters=content_parameters,
            encoding=encoding,
            disposition=disposition,
            disposition_parameters=disposition_parameters,
            content_id=header.decode(values.get("content-id", b"")).strip(" <>"),
            description=header.decode(values.get("content-description", b"")),
            children=children,
            opaque=opaque,
        )

    def _multipart(
        self, opened: _Opened, content_type: str, parameters: Mapping[str, str], depth: int
    ) -> tuple[Part, ...]:
        body, end = opened.body, opened.end
        ranges = self._ranges(body, end, parameters.get("boundary", "").rstrip().encode("utf-8", "replace"))
        if not ranges and (likely := _LIKELY_DELIMITER.search(self.raw, body, end)):
            ranges = self._ranges(likely.start(), end, likely[1].rstrip())
        default = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
        children = []
        for start, stop in ranges:
            if self.budget <= 0:
                # One leaf for all that is left: nothing is lost, nothing more is read.
                children.append(_rest(start, end))
                break
            self.budget -= 1
            children.append(self.entity(_open(self.raw, start, stop), default, depth + 1))
        return tuple(children)

    def _ranges(self, body: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
        """(start, end) of each body part; the line end before a delimiter belongs to the delimiter."""
        if not boundary:
            return []
        raw, needle, ranges = self.raw, b"--" + boundary, []
        begun = -1
        position = raw.find(needle, body, end)
        while position >= 0:
            tail = None
            if position == body or raw[position - 1] == 0x0A:
                tail = _DELIMITER_TAIL.match(raw, position + len(needle), end)
            if tail:
                if begun >= 0:
                    ranges.append((begun, max(begun, self._before(position))))
                begun = tail.end()
                if tail[1] or len(ranges) > self.budget:
                    break
            position = raw.find(needle, tail.end() if tail else position + len(needle), end)
        if begun >= 0 and not (position >= 0 and tail and tail[1]):
            # Cut off before its closing delimiter.
            ranges.append((begun, end))
        return ranges

    def _before(self, delimiter: int) -> int:
        return delimiter - (2 if self.raw[delimiter - 2 : delimiter] == b"\r\n" else 1)


def _rest(start: int, end: int) -> Part:
    return Part(start, start, end, 0, "application/octet-stream", encoding="binary", opaque=True)


def _content_type(values: Mapping[str, bytes], default: str) -> tuple[str, Mapping[str, str]]:
    value = values.get("content-type")
    if not value:
        return default, parameters.NONE
    word, found = parameters.parse(value)
    if not parameters.is_type(word):
        # RFC 2045 §5.2: what can't be read is text, but a name says that a file was meant.
        word = "application/octet-stream" if "name" in found else "text/plain"
    return word, found


def _encoding(value: bytes) -> str:
    if not value:
        return "7bit"
    word = header.text_of(value).partition(";")[0].strip(" \"'").lower()
    if word in _ENCODINGS:
        return word
    return "8bit" if word in ("8-bit", "utf-8", "8bits") else "7bit" if word == "7-bit" else "binary"


def _disposition(values: Mapping[str, bytes]) -> tuple[str, Mapping[str, str]]:
    value = values.get("content-disposition")
    if not value:
        return "", parameters.NONE
    word, found = parameters.parse(value)
    return header.strip_controls(word), found
