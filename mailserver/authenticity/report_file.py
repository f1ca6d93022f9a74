"""The files that reports come in: gzip, zip or bare, unpacked within bounds; XML without entities."""

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.parsers import expat

MOST_BYTES = 20 * 1024 * 1024
_MOST_ELEMENTS = 400_000
_DEEPEST = 12


class ReportError(ValueError):
    """The file is no report, or larger than any is."""


@dataclass(slots=True)
class Element:
    """An element of a document, names without their namespace."""

    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> list["Element"]:
        """The children of a name."""
        return [child for child in self.children if child.name == name]

    def first(self, *path: str) -> "Element":
        """The first of a path of names; an empty one where there is none."""
        found = self
        for name in path:
            found = next((child for child in found.children if child.name == name), Element(name))
        return found

    def value(self, *path: str) -> str:
        """The text of the first of a path, without white space around it."""
        return self.first(*path).text.strip()


def unpacked(data: bytes) -> bytes:
    """Return what is in a file, whatever its name says; raises ReportError."""
    if data.startswith(b"\x1f\x8b"):
        return _gunzipped(data)
    if data.startswith(b"PK\x03\x04"):
        return _unzipped(data)
    if len(data) > MOST_BYTES:
        raise ReportError("larger than any report is")
    return data


def _gunzipped(data: bytes) -> bytes:
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = reader.decompress(data, MOST_BYTES)
    except zlib.error as error:
        raise ReportError("not gzip") from error
    if reader.unconsumed_tail or not reader.eof:
        raise ReportError("larger than any report is, or cut off")
    return found


def _unzipped(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [info for info in archive.infolist() if not info.is_dir()]
            if len(names) != 1:
                raise ReportError("not one file")
            with archive.open(names[0]) as member:
                found = member.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ReportError("not zip") from error
    if len(found) > MOST_BYTES:
        raise ReportError("larger than any report is")
    return found


def parse_xml(data: bytes) -> Element:
    """Read a document; one that declares a type is refused, so there are no entities. Raises ReportError."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ReportError("not XML") from error
    return reader.root.children[0]


class _Reader:
    """Builds the tree, within bounds."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]
        self._count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, *_: object) -> None:
        raise ReportError("a document type is declared")

    def _start(self, name: str, _attributes: object) -> None:
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._open) > _DEEPEST:
            raise ReportError("larger or deeper than any report is")
        element = Element(name.rpartition(":")[2])
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].text += text
