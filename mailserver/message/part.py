"""A MIME part with its byte offsets: the one tree that web, IMAP, search and rules read."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

_SEPARATORS = re.compile(r"[/\\\x00-\x1f\x7f]")
_MAX_NAME = 255
_LONGEST_SUFFIX = 16
_NOTHING: Mapping[str, str] = {}
_DEFAULTS: tuple[Any, ...] = (0, 0, 0, 0, "", _NOTHING, "", "", _NOTHING, "", "", (), False, (), "", (), "")


class Part(NamedTuple):
    """A part of a message; offsets count bytes from the start of the raw message.

    `raw[start:body]` is the header with its closing empty line, `raw[body:end]` the body as transferred.
    An `opaque` part lies past the limits of the parser: kept and downloadable, but not looked into.
    `embedded` are files inside a text (uuencode, yEnc); for IMAP they are text. It alone is told of `md5`,
    `languages` and `location` (RFC 1864, RFC 3282, RFC 2557).
    """

    start: int
    body: int
    end: int
    lines: int
    content_type: str = "text/plain"
    parameters: Mapping[str, str] = _NOTHING
    encoding: str = "7bit"
    disposition: str = ""
    disposition_parameters: Mapping[str, str] = _NOTHING
    content_id: str = ""
    description: str = ""
    children: tuple["Part", ...] = ()
    opaque: bool = False
    embedded: tuple["Part", ...] = ()
    md5: str = ""
    languages: tuple[str, ...] = ()
    location: str = ""

    @property
    def filename(self) -> str:
        """The name it was sent under: a base name without control or bidi characters; "" when unnamed."""
        name = self.disposition_parameters.get("filename") or ""
        if not name or "\ufffd" in name:
            name = self.parameters.get("name") or name
        name = _SEPARATORS.split(name)[-1].lstrip(" ").rstrip(" .") if name else ""
        stem, dot, suffix = name.rpartition(".")
        if len(name) > _MAX_NAME and dot and len(suffix) < _LONGEST_SUFFIX:
            return f"{stem[: _MAX_NAME - len(suffix) - 1]}.{suffix}"
        return name[:_MAX_NAME]

    @property
    def is_multipart(self) -> bool:
        """Whether its children are body parts (and not the message inside a message/rfc822)."""
        return bool(self.children) and self.content_type.startswith("multipart/")

    def walk(self) -> Iterator[tuple[str, "Part"]]:
        """Yield (section, part) depth first, sections as in IMAP (RFC 9051 §6.4.5.1).

        The root is "" as a multipart and "1" else. The multipart inside a message/rfc822 at "2" is "2.TEXT",
        for its parts are "2.1", "2.2"; a single text inside is "2.1". A file embedded in
        the text "1" is "1.FILE1".
        """
        yield from self._walk("" if self.is_multipart else "1")

    def _walk(self, section: str) -> Iterator[tuple[str, "Part"]]:
        yield section, self
        for number, each in enumerate(self.embedded, 1):
            yield f"{section}.FILE{number}", each
        if self.is_multipart:
            prefix = section.removesuffix("TEXT")
            prefix = f"{prefix}." if prefix and not prefix.endswith(".") else prefix
            for number, child in enumerate(self.children, 1):
                yield from child._walk(f"{prefix}{number}")
        elif self.children:
            inner = self.children[0]
            yield from inner._walk(f"{section}.TEXT" if inner.is_multipart else f"{section}.1")

    def find(self, section: str) -> "Part | None":
        """The part that `walk` yields under `section` ("" is always the root), or None."""
        if not section:
            return self
        return next((part for found, part in self.walk() if found == section), None)


def dumps(part: Part) -> str:
    """The tree as compact JSON, for Message.structure."""
    return orjson.dumps(_row(part)).decode()


def loads(text: str | bytes) -> Part:
    """The tree back from `dumps`."""
    return _part(orjson.loads(text))


def outline(text: str | bytes) -> Part:
    """Where the outermost part, its body and its end are, and no more: a fraction of the work."""
    row = [*orjson.loads(text)[:4], 0, 0, 0, 0]
    return Part(*row[:4])


def _row(part: Part) -> list[Any]:
    row: list[Any] = [
        part.start,
        part.body,
        part.end,
        part.lines,
        part.content_type,
        dict(part.parameters),
        part.encoding,
        part.disposition,
        dict(part.disposition_parameters),
        part.content_id,
        part.description,
        [_row(child) for child in part.children],
        int(part.opaque),
        [_row(each) for each in part.embedded],
        part.md5,
        part.languages,
        part.location,
    ]
    while row and not row[-1]:
        row.pop()
    return row


def _part(row: list[Any]) -> Part:
    count = len(row)
    for place, read in _READ:
        if place >= count:
            break
        row[place] = read(row[place])
    return Part._make((*row, *_DEFAULTS[count:]))


def _parts(rows: list[list[Any]]) -> tuple[Part, ...]:
    return tuple(map(_part, rows))


# Where in a row what JSON has in another type stands: children, opaque, embedded, languages.
_READ: tuple[tuple[int, Callable[[Any], object]], ...] = ((11, _parts), (12, bool), (13, _parts), (15, tuple))
