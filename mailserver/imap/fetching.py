"""FETCH answers for a batch of messages, made in a thread: small ones are read at once, large ones stream."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from mailserver.message import part as parts
from mailserver.message import structure, transfer
from mailserver.message.part import Part

from ..access.limits import MIB
from . import answers
from .backend import Body, Folder, Row
from .body_parts import Stretch, chosen_fields, locate
from .columns import COLUMNS, column_of, lines, value
from .sections import Items, Section
from .written import Written

LARGE = MIB
"""Bytes; of a message that is larger only the stretch that is wanted is read."""
BATCH_BYTES = 4 * MIB
_MOST_ROWS = 500
_MOST_KEPT_ROWS = 1000
_MOST_LIGHT_ROWS = 5000
_KEPT = frozenset({"ENVELOPE", "BODYSTRUCTURE", "BODY"})
_FLAGS = frozenset({"FLAGS", "UID", "MODSEQ"})
_WHOLE = frozenset({"PREVIEW", "THREADID", "X-GM-THRID"})
_LABELS = "X-GM-LABELS"
_FIELDS = ("HEADER.FIELDS", "HEADER.FIELDS.NOT")
_HEADS = ("HEADER", *_FIELDS)

_SPACE_AT_END = re.compile(rb"[ \t]+(?=\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Stream:
    """A stretch of a message that is written piece by piece."""

    message: int
    start: int
    end: int


type Piece = bytes | Stream


class Fetcher:
    """Writes the answers of one FETCH command."""

    def __init__(self, folder: Folder, items: Items, written: Written, *, utf8: bool) -> None:
        self._folder, self._items, self._written = folder, items, written
        self._kept = {_key(item): item for item in items.wanted if _is_kept(item)}
        sections = [section for section in items.sections if not _is_kept(section)]
        self._has_bodies = bool(sections)
        self._needs_structure = any(section.part or section.what for section in sections)
        self._is_whole = self._needs_structure or not _WHOLE.isdisjoint(items.wanted)
        self._is_light = all(item in _FLAGS for item in items.wanted)
        self._needs_heads = all(not section.part and section.what in _HEADS for section in sections)
        self._needs_labels = _LABELS in items.wanted
        self._utf8 = utf8
        self.most_rows = _MOST_ROWS
        """How many messages to read and write at a time."""
        if not sections:
            self.most_rows = _MOST_KEPT_ROWS if self._kept or self._is_whole else _MOST_LIGHT_ROWS

    def read(self, uids: Sequence[int], changed_since: int | None = None) -> list[Row]:
        """Read the rows of some messages, which rise; only those that changed after a modseq."""
        if changed_since is not None and uids:
            wanted = set(uids)
            changed = self._folder.rows_since(uids[0], uids[-1], changed_since)
            uids = sorted(row.uid for row in changed if row.uid in wanted)
        if self._is_light:
            return self._folder.flags(uids)
        return self._folder.rows(uids, whole=self._is_whole)

    def batches(self, rows: Sequence[Row]) -> list[Sequence[Row]]:
        """Part rows so that the bodies of each part fit into memory."""
        if not self._has_bodies or self._needs_heads:
            return [rows]
        groups: dict[int, list[Row]] = {}
        sizes = accumulate(min(row.size, LARGE) for row in rows)
        for row, reached in zip(rows, sizes, strict=True):
            groups.setdefault(reached // BATCH_BYTES, []).append(row)
        return list(groups.values()) or [rows]

    def write(
        self, rows: Sequence[Row], numbers: Sequence[int], extra: Mapping[int, Sequence[str]]
    ) -> list[Piece]:
        """Write the answers; `numbers` of these rows, `extra` names items that are told besides."""
        kept = self._kept_columns(rows) | self._labels(rows)
        if self._has_bodies or extra:
            return self._write_each(rows, numbers, kept, extra)
        columns = [
            column_of(item, rows) if isinstance(item, str) and item in COLUMNS else (b"%b", kept[_key(item)])
            for item in self._items.wanted
        ]
        return [lines(numbers, columns)]

    def _write_each(
        self,
        rows: Sequence[Row],
        numbers: Sequence[int],
        kept: Mapping[str, Sequence[bytes]],
        extra: Mapping[int, Sequence[str]],
    ) -> list[Piece]:
        bodies = self._bodies(rows)
        pieces: list[Piece] = []
        for at, (row, number) in enumerate(zip(rows, numbers, strict=True)):
            message = _Message(self._folder, row, bodies.get(row.message))
            before = b"* %d FETCH (" % number
            for item in (*self._items.wanted, *extra.get(row.uid, ())):
                pieces.append(before)
                before = b" "
                if isinstance(item, str) and item in COLUMNS:
                    pieces.append(value(item, row))
                elif (key := _key(item)) in kept:
                    pieces.append(kept[key][at])
                elif isinstance(item, Section):
                    pieces += message.section(item, has_structure=self._needs_structure)
            pieces.append(b")\r\n")
        return _joined(pieces)

    def _bodies(self, rows: Sequence[Row]) -> dict[int, Body]:
        if not self._has_bodies:
            return {}
        small = [row.message for row in rows if row.size <= LARGE]
        return self._folder.heads(small) if self._needs_heads else self._folder.bodies(small)

    def _labels(self, rows: Sequence[Row]) -> dict[str, list[bytes]]:
        if not self._needs_labels:
            return {}
        found = self._folder.labels([row.message for row in rows])
        return {_LABELS: [answers.labels(found.get(row.message, ()), utf8=self._utf8) for row in rows]}

    # --- What is kept as it was written

    def _kept_columns(self, rows: Sequence[Row]) -> dict[str, list[bytes]]:
        """What is kept of these messages; what wasn't asked for lately is written now."""
        if not self._kept:
            return {}
        messages = [row.message for row in rows]
        known = {key: self._written.column(key, messages) for key in self._kept}
        new = [row for row, *found in zip(rows, *known.values(), strict=True) if None in found]
        fresh = self._write_new(new)
        for key, column in fresh.items():
            self._written.put(key, column)
        return {
            key: [octets or fresh[key][message] for octets, message in zip(column, messages, strict=True)]
            for key, column in known.items()
        }

    def _write_new(self, rows: Sequence[Row]) -> dict[str, dict[int, bytes]]:
        if not rows:
            return {}
        keys = [row.message for row in rows]
        described = self._folder.descriptions(keys)
        needs_heads = any(isinstance(item, Section) for item in self._kept.values())
        heads = self._folder.heads(keys) if needs_heads else {}
        messages = {
            row.message: _Message(
                self._folder, Row(*row[:8], *described[row.message]), heads.get(row.message)
            )
            for row in rows
        }
        return {
            name: {key: message.write(item) for key, message in messages.items()}
            for name, item in self._kept.items()
        }


def _is_kept(item: str | Section) -> bool:
    """Tell whether what is written of an item is kept: it is small, and asked for again and again."""
    if isinstance(item, str):
        return item in _KEPT
    return item.form == "BODY" and not item.part and item.what in _FIELDS and not item.partial


def _key(item: str | Section) -> str:
    return item if isinstance(item, str) else item.label.decode()


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

    def write(self, item: str | Section) -> bytes:
        """What is kept: ENVELOPE, BODY, BODYSTRUCTURE, and fields of the header."""
        if isinstance(item, Section):
            return self._fields(item, 0, self._prefix + self._outline.body)
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
            return [self._fields(section, found.start, found.end)]
        return self._raw(section, found.start, found.end)

    def _fields(self, section: Section, start: int, end: int) -> bytes:
        header = self._bytes(start, end)
        return _labelled(section, chosen_fields(header, section.fields, others=section.what.endswith("NOT")))

    def _raw(self, section: Section, start: int, end: int) -> list[Piece]:
        if section.partial:
            begin, count = section.partial
            start = min(start + begin, end)
            end = min(start + count, end)
        body = self._body
        if body is not None and start == 0 and end == len(body.prefix) + len(body.blob):
            # All of it, as most of the time: it is copied once, when it is sent.
            return [b"%b {%d}\r\n" % (section.label, end), body.prefix, body.blob]
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
