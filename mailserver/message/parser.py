"""Raw bytes -> Part tree: one scan for offsets, no copies, linear on any input, bounded by Limits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from . import delimiters, embedded, header, parameters
from .delimiters import Delimiter
from .part import Part


@dataclass(frozen=True, slots=True)
class Limits:
    """Past these a part is an opaque leaf."""

    depth: int = 50
    parts: int = 1000


_HEADER_END = re.compile(rb"\n\r*+\n")
_EMPTY_LINES = re.compile(rb"(?:[ \t]*+\r*+\n)++")
_LANGUAGE = re.compile(r"[A-Za-z0-9-]+")
_BLANK = re.compile(rb"\s*+\Z")
_ENCODINGS = {
    "7bit",
    "8bit",
    "binary",
    "base64",
    "quoted-printable",
    "x-uuencode",
    "uuencode",
    "x-uue",
    "x-yenc",
}
_OPENABLE = ("7bit", "8bit", "binary")
_MESSAGE_TYPES = ("message/rfc822", "message/global", "message/news")
DEFAULT_LIMITS = Limits()


def parse(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Part:
    """The part tree of a message; never raises, whatever the bytes."""
    return _Parser(raw, limits).entity(_open(raw, 0, len(raw), "text/plain", _skip_empty_lines(raw)), 0)


def parse_with_fields(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Part, header.Fields]:
    """The tree, and the fields of the outer header."""
    opened = _open(raw, 0, len(raw), "text/plain", _skip_empty_lines(raw))
    fields = header.fields(raw[: min(opened.body, header.MAX_HEADER_BYTES)])
    return _Parser(raw, limits).entity(opened, 0), fields


def header_end(raw: bytes) -> int:
    """Where the outer header ends, as `parse` has it: blank lines before it are passed over."""
    return _open(raw, 0, len(raw), "text/plain", _skip_empty_lines(raw)).body


class _Opened(NamedTuple):
    """A part whose header was read."""

    start: int
    body: int
    end: int
    values: Mapping[str, bytes]
    content_type: str
    parameters: Mapping[str, str]

    @property
    def boundary(self) -> bytes:
        return self.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")


def _open(raw: bytes, start: int, end: int, default: str, skipped: int = 0) -> _Opened:
    """Read the header of the part that begins at `start`; `default` is its type when it names none."""
    body = _header_end(raw, start + skipped, end)
    source = raw[start : min(body, start + header.MAX_HEADER_BYTES)]
    values = header.content_fields(source)
    if len(source) == body - start and not header.ends_in_field(source):
        # No empty line parts them (RFC 5322 §2.1): what is no field any more is text already.
        encoding = _encoding(values.get("content-transfer-encoding", b""))
        end_of_fields = header.fields_end(source)
        if encoding in _OPENABLE and source[end_of_fields:].strip():
            body = start + end_of_fields
    return _Opened(start, body, end, values, *_content_type(values, default))


def _skip_empty_lines(raw: bytes) -> int:
    """Empty lines before the header of a stored message, when a header comes after them."""
    empty = _EMPTY_LINES.match(raw)
    return empty.end() if empty and header.looks_like_header(raw, empty.end()) else 0


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

    def entity(self, opened: _Opened, depth: int) -> Part:
        """The part with all that is inside."""
        content_type = opened.content_type
        if content_type.startswith("multipart/"):
            if depth >= self.limits.depth:
                return self._part(opened, (), opaque=True)
            children = self._multipart(opened, depth)
            if children:
                return self._part(opened, children)
            # Without a delimiter there is one text (RFC 2046 §5.1.1 leaves it open; all readers show it).
            return self._part(opened._replace(content_type="text/plain"), ())
        if content_type in _MESSAGE_TYPES:
            encoding = _encoding(opened.values.get("content-transfer-encoding", b""))
            if depth >= self.limits.depth or encoding not in _OPENABLE or self.budget <= 0:
                return self._part(opened, (), opaque=True)
            self.budget -= 1
            inner = _open(self.raw, opened.body, opened.end, "text/plain")
            return self._part(opened, (self.entity(inner, depth + 1),))
        return self._part(opened, ())

    def _part(self, opened: _Opened, children: tuple[Part, ...], opaque: bool = False) -> Part:
        start, body, end, values, content_type, content_parameters = opened
        encoding = _encoding(values.get("content-transfer-encoding", b""))
        disposition, disposition_parameters = _disposition(values)
        counted = not children or content_type in _MESSAGE_TYPES
        files: tuple[Part, ...] = ()
        if content_type == "text/plain" and encoding in _OPENABLE and self.budget > 0:
            files = embedded.files(self.raw, body, end, content_parameters.get("charset", ""))
        return Part(
            start=start,
            body=body,
            end=end,
            lines=self.raw.count(b"\n", body, end) if counted else 0,
            content_type=content_type,
            parameters=content_parameters,
            encoding=encoding,
            disposition=disposition,
            disposition_parameters=disposition_parameters,
            content_id=_text(values, "content-id").strip(" <>"),
            description=_text(values, "content-description"),
            children=children,
            opaque=opaque,
            embedded=files,
            md5=_text(values, "content-md5"),
            languages=tuple(_LANGUAGE.findall(_text(values, "content-language"))),
            location="".join(_text(values, "content-location").split()),
        )

    def _multipart(self, opened: _Opened, depth: int) -> tuple[Part, ...]:
        boundary = opened.boundary
        found = delimiters.find(self.raw, opened.body, opened.end, boundary)
        first = next(found, None)
        if first is None:
            boundary, body = delimiters.guess(self.raw, opened.body, opened.end)
            found = delimiters.find(self.raw, body, opened.end, boundary)
            first = next(found, None)
        if first is None or first.closing:
            return ()
        children, _ = self._children(opened, found, first.after, depth)
        return children

    def _children(
        self, parent: _Opened, found: Iterator[Delimiter], begun: int, depth: int
    ) -> tuple[tuple[Part, ...], int]:
        """The body parts from `begun` to the closing delimiter, and where that stands."""
        default = "message/rfc822" if parent.content_type == "multipart/digest" else "text/plain"
        children: list[Part] = []
        for delimiter in found:
            if begun >= 0:
                if self.budget <= 0:
                    # One leaf for all that is left: nothing is lost, nothing more is read.
                    children.append(_rest(begun, parent.end))
                    return tuple(children), parent.end
                self.budget -= 1
                opened = _open(self.raw, begun, max(begun, delimiter.before), default)
                if not delimiter.closing and self._shares_boundary(opened, parent, depth):
                    inner, end = self._children(
                        opened._replace(end=parent.end), found, delimiter.after, depth + 1
                    )
                    children.append(self._part(opened._replace(end=max(opened.body, end)), inner))
                    begun = -1
                    continue
                children.append(self.entity(opened, depth + 1))
            if delimiter.closing:
                return tuple(children), delimiter.before
            begun = delimiter.after
        if begun >= 0 and not (children and _BLANK.match(self.raw, begun, parent.end)):
            # Cut off before its closing delimiter.
            self.budget -= 1
            rest = _open(self.raw, begun, parent.end, default)
            children.append(self.entity(rest, depth + 1) if self.budget >= 0 else _rest(begun, parent.end))
        return tuple(children), parent.end

    def _shares_boundary(self, opened: _Opened, parent: _Opened, depth: int) -> bool:
        """A multipart in a multipart with the same boundary: what follows is inside until the first close."""
        nested = opened.content_type.startswith("multipart/") and depth + 1 < self.limits.depth
        return nested and opened.boundary == parent.boundary != b""


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


def _text(values: Mapping[str, bytes], name: str) -> str:
    return header.decode(values[name]) if name in values else ""


@lru_cache(maxsize=64)
def _encoding(value: bytes) -> str:
    if not value:
        return "7bit"
    word = re.split(r"[;(\s]", header.text_of(value).strip(" \"'"), maxsplit=1)[0].strip("\"'").lower()
    if word in _ENCODINGS:
        return word
    return _MISSPELT.get(word, "binary")


_MISSPELT = {
    "8-bit": "8bit", "8bits": "8bit", "utf-8": "8bit", "7-bit": "7bit", "7bits": "7bit",
    "base-64": "base64", "quotedprintable": "quoted-printable", "quoted_printable": "quoted-printable",
    "quoted/printable": "quoted-printable", "b": "base64", "q": "quoted-printable",
}  # fmt: skip


def _disposition(values: Mapping[str, bytes]) -> tuple[str, Mapping[str, str]]:
    value = values.get("content-disposition")
    if not value:
        return "", parameters.NONE
    word, found = parameters.parse(value)
    return header.strip_controls(word), found
