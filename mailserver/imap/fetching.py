"""FETCH answers for a batch of messages, made in a thread: small ones are read at once, large ones stream."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from mailserver.message import part as parts
from mailserver.message import structure, transfer
from mailserver.message.part import Part

from ..access.limits import MIB
from . import answers, dates
from .backend import Body, Folder, Row
from .body_parts import Stretch, chosen_fields, locate
from .sections import Items, Section
from .written import Written

LARGE = MIB
"""Bytes; of a message that is larger only the stretch that is wanted is read."""
BATCH_ROWS = 500
BATCH_BYTES = 4 * MIB
_KEPT = frozenset({"ENVELOPE", "BODYSTRUCTURE", "BODY"})
_LIGHT = frozenset({"FLAGS", "UID", "MODSEQ"})
_HEADS = ("HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT")

_SPACE_AT_END = re.compile(rb"[ \t]+(?=\r?\n|\Z)")

type Writer = Callable[[Row], bytes]


@dataclass(frozen=True, slots=True)
class Stream:
    """A stretch of a message that is written piece by piece."""

    message: int
    start: int
    end: int


type Piece = bytes | Stream


class Fetcher:
    """Writes the answers of one FETCH command."""

    def __init__(self, folder: Folder, items: Items, written: Written) -> None:
        self._folder, self._items, self._written = folder, items, written
        sections = items.sections
        self._needs_structure = any(section.part or section.what for section in sections)
        self._kept = [item for item in items.wanted if isinstance(item, str) and item in _KEPT]
        self._is_whole = self._needs_structure or "PREVIEW" in items.wanted
        self._is_light = all(item in _LIGHT for item in items.wanted)
        self._needs_heads = bool(sections) and all(
            not section.part and section.what in _HEADS for section in sections
        )
        self._needs_bodies = bool(sections) and not self._needs_heads
        self._simple = [_WRITERS.get(item) for item in items.wanted if isinstance(item, str)]

    def read(self, uids: Sequence[int], changed_since: int | None = None) -> list[Row]:
        """Read the rows of some messages, which rise; only those that changed after a modseq."""
        if changed_since is not None and uids:
            wanted = set(uids)
            changed = self._folder.rows_since(uids[0], uids[-1], changed_since)
            uids = sorted(row.uid for row in changed if row.uid in wanted)
        if self._is_light:
            return self._folder.flags(uids)
        rows = self._folder.rows(uids, whole=self._is_whole)
        if not self._is_whole and self._kept:
            self._write_new(rows)
        return rows

    def _write_new(self, rows: Sequence[Row]) -> None:
        """Write envelopes and structures of messages that were not asked for lately."""
        new = [
            row.uid
            for row in rows
            if any(self._written.get(row.message, item) is None for item in self._kept)
        ]
        for row in self._folder.rows(new, whole=True):
            message = _Message(self._folder, row, None)
            for item in self._kept:
                self._written.put(row.message, item, message.write(item))

    def batches(self, rows: Sequence[Row]) -> list[Sequence[Row]]:
        """Part rows so that the bodies of each part fit into memory."""
        if not self._needs_bodies:
            return [rows]
        groups: dict[int, list[Row]] = {}
        sizes = accumulate(min(row.size, LARGE) for row in rows)
        for row, reached in zip(rows, sizes, strict=True):
            groups.setdefault(reached // BATCH_BYTES, []).append(row)
        return list(groups.values())

    def write(
        self, rows: Sequence[Row], numbers: Mapping[int, int], extra: Mapping[int, Sequence[str]]
    ) -> list[Piece]:
        """Write the answers; `numbers` by uid, `extra` names items that are told beside those asked for."""
        if not self._items.sections and not extra and not self._kept:
            return [self._write_simple(rows, numbers)]
        bodies = self._bodies(rows)
        pieces: list[Piece] = []
        for row in rows:
            pieces.append(b"* %d FETCH (" % numbers[row.uid])
            self._write_row(pieces, row, bodies.get(row.message), extra.get(row.uid, ()))
            pieces.append(b")\r\n")
        return _joined(pieces)

    def _write_simple(self, rows: Sequence[Row], numbers: Mapping[int, int]) -> bytes:
        writers = [writer for writer in self._simple if writer]
        return b"".join(
            [
                b"* %d FETCH (%b)\r\n" % (numbers[row.uid], b" ".join([writer(row) for writer in writers]))
                for row in rows
            ]
        )

    def _bodies(self, rows: Sequence[Row]) -> dict[int, Body]:
        small = [row.message for row in rows if row.size <= LARGE]
        if self._needs_bodies:
            return self._folder.bodies(small)
        return self._folder.heads(small) if self._needs_heads else {}

    def _write_row(self, pieces: list[Piece], row: Row, body: Body | None, extra: Sequence[str]) -> None:
        message = _Message(self._folder, row, body)
        for place, item in enumerate((*self._items.wanted, *extra)):
            if place:
                pieces.append(b" ")
            if isinstance(item, Section):
                pieces += message.section(item, has_structure=self._needs_structure)
            elif writer := _WRITERS.get(item):
                pieces.append(writer(row))
            else:
                pieces.append(self._kept_item(message, row, item))

    def _kept_item(self, message: "_Message", row: Row, item: str) -> bytes:
        """ENVELOPE or BODYSTRUCTURE, written now unless it was lately."""
        found = self._written.get(row.message, item)
        if found is None:
            if not row.structure:
                [row] = self._folder.rows([row.uid], whole=True)
                message = _Message(self._folder, row, None)
            found = message.write(item)
            self._written.put(row.message, item, found)
        return found


class _Message:
    """One message, and as much of its bytes as was read."""

    def __init__(self, folder: Folder, row: Row, body: Body | None) -> None:
        self._folder, self._row, self._body = folder, row, body

    @cached_property
    def _root(self) -> Part:
        return parts.loads(self._row.structure)

    @cached_property
    def _outline(self) -> Part:
        return parts.outline(self._row.structure)

    @property
    def _prefix(self) -> int:
        """Bytes of our own headers: the tree knows how many came."""
        return self._row.size - self._outline.end

    def write(self, item: str) -> bytes:
        """ENVELOPE, BODY and BODYSTRUCTURE."""
        if item == "ENVELOPE":
            return b"ENVELOPE " + answers.envelope(structure.loads(self._row.envelope))

        def header_of(inner: Part) -> bytes:
            return self._bytes(self._prefix + inner.start, self._prefix + inner.body)

        written = answers.structure_of(self._root, header_of, extended=item == "BODYSTRUCTURE")
        return b"%b %b" % (item.encode(), written)

    def section(self, section: Section, *, has_structure: bool) -> list[Piece]:
        """A section with its label."""
        found: Stretch | None = Stretch(0, self._row.size)
        if has_structure:
            root = self._root if section.part else self._outline
            found = locate(root, section, self._prefix, self._row.size)
        if found is None:
            return [section.label + (b" 0" if section.form == "BINARY.SIZE" else b" NIL")]
        if section.form != "BODY":
            return [self._decoded(section, found)]
        if section.fields:
            header = self._bytes(found.start, found.end)
            octets = chosen_fields(header, section.fields, others=section.what.endswith("NOT"))
            return [_labelled(section, octets)]
        return self._raw(section, found.start, found.end)

    def _raw(self, section: Section, start: int, end: int) -> list[Piece]:
        if section.partial:
            begin, count = section.partial
            start = min(start + begin, end)
            end = min(start + count, end)
        if end - start <= LARGE:
            return [section.label + b" " + answers.literal(self._bytes(start, end))]
        return [b"%b {%d}\r\n" % (section.label, end - start), Stream(self._row.message, start, end)]

    def _decoded(self, section: Section, found: Stretch) -> bytes:
        """BINARY: without its transfer encoding (RFC 9051 §6.4.5.1)."""
        octets = self._bytes(found.start, found.end)
        if section.part and found.part is not None and not found.part.children:
            octets = _without_encoding(octets, found.part.encoding)
        if section.form == "BINARY.SIZE":
            return b"%b %d" % (section.label, len(octets))
        return _labelled(section, octets, mark=b"~" if b"\0" in octets else b"")

    def _bytes(self, start: int, end: int) -> bytes:
        body = self._body
        if body is None or end > len(body.prefix) + len(body.blob):
            return self._folder.piece(self._row.message, start, end)
        head = body.prefix[start:end]
        begin, stop = max(start - len(body.prefix), 0), end - len(body.prefix)
        return head + body.blob[begin:stop] if stop > begin else head


def _without_encoding(octets: bytes, encoding: str) -> bytes:
    if encoding == "quoted-printable":
        # Space at the end of a line was added on the way (RFC 2045 §6.7, rule 3).
        octets = _SPACE_AT_END.sub(b"", octets)
    return transfer.decode(octets, encoding)


def _labelled(section: Section, octets: bytes, mark: bytes = b"") -> bytes:
    if section.partial:
        begin, count = section.partial
        octets = octets[begin : begin + count]
    return b"%b %b%b" % (section.label, mark, answers.literal(octets))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours that are bytes as one."""
    found: list[Piece] = []
    waiting: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            waiting.append(piece)
            continue
        found += (b"".join(waiting), piece)
        waiting.clear()
    return [*found, b"".join(waiting)]


_WRITERS: dict[str, Writer] = {
    "FLAGS": lambda row: b"FLAGS (%b)" % row.flags.encode(),
    "UID": lambda row: b"UID %d" % row.uid,
    "INTERNALDATE": lambda row: b"INTERNALDATE " + dates.written(row.received_at),
    "RFC822.SIZE": lambda row: b"RFC822.SIZE %d" % row.size,
    "MODSEQ": lambda row: b"MODSEQ (%d)" % row.modseq,
    "SAVEDATE": lambda row: b"SAVEDATE " + dates.written(row.saved_at),
    "EMAILID": lambda row: b"EMAILID (M%d)" % row.message,
    "THREADID": lambda row: b"THREADID (T%d)" % row.thread,
    "PREVIEW": lambda row: b"PREVIEW " + answers.string(row.preview),
    "X-GM-MSGID": lambda row: b"X-GM-MSGID %d" % row.message,
    "X-GM-THRID": lambda row: b"X-GM-THRID %d" % row.thread,
}
