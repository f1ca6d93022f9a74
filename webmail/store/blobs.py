"""Raw bytes: stored once by their hash, compressed in stretches, read back to the byte."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.utils import timezone
from isal import isal_zlib

from webmail.models import Blob, BlobChunk

from . import sql

CHUNK_BYTES = 128 * 1024
_STORED, _ZLIB = 0, 1
_LEVEL = 1  # as many bytes as zlib's level 2, in a sixth of the time
_WORTH_COMPRESSING = 256


DamagedBlobError = cast("type[Exception]", isal_zlib.error)  # the stub has an instance of it
"""A stretch of a blob is not what was stored."""


class MissingBlobError(LookupError):
    """A blob, or a stretch of one, isn't there."""


@dataclass(frozen=True, slots=True)
class PackedBlob:
    """Bytes ready to be stored: hash and compressed chunks, (codec, data) each."""

    sha256: bytes
    size: int
    chunks: tuple[tuple[int, bytes], ...]


def pack(raw: bytes) -> PackedBlob:
    """Hash and compress; the slow part, to be done before a transaction begins."""
    chunks = tuple(_compressed(raw[start : start + CHUNK_BYTES]) for start in range(0, len(raw), CHUNK_BYTES))
    return PackedBlob(hashlib.sha256(raw).digest(), len(raw), chunks)


def save_many(raws: Sequence[bytes | PackedBlob]) -> list[Blob]:
    """Store what isn't stored yet, inside the caller's transaction; the blobs in order.

    Rows are written in the order of their hashes: two transactions that bring the same blobs wait for each
    other in one direction only.
    """
    packed = [raw if isinstance(raw, PackedBlob) else pack(raw) for raw in raws]
    saved = save({blob.sha256: blob for blob in packed})
    saved.write_chunks()
    ids = saved.ids
    return [Blob(id=ids[blob.sha256], sha256=blob.sha256, size=blob.size) for blob in packed]


class SavedBlobs:
    """Rows of blobs, whose chunks are not written yet."""

    def __init__(self, by_hash: Mapping[bytes, PackedBlob], rows: sql.Answer[list[tuple[Any, ...]]]) -> None:
        self._by_hash, self._rows = by_hash, rows

    @cached_property
    def _found(self) -> dict[bytes, tuple[int, bool]]:
        return {bytes(sha): (key, bool(is_new)) for sha, key, is_new in self._rows()}

    @property
    def ids(self) -> dict[bytes, int]:
        """The ids by hash, older ones where the bytes were known."""
        return {sha: key for sha, (key, _) in self._found.items()}

    def write_chunks(self) -> None:
        """Write the bytes of those that are new."""
        chunks = [
            (key, position, codec, data)
            for sha, (key, is_new) in self._found.items()
            if is_new
            for position, (codec, data) in enumerate(self._by_hash[sha].chunks)
        ]
        sql.insert(BlobChunk, ["blob_id", "position", "codec", "data"], chunks)


def save(by_hash: Mapping[bytes, PackedBlob]) -> SavedBlobs:
    """Have a row for each blob, and ask for it."""
    hashes, now = sorted(by_hash), timezone.now()
    rows = [(sha, by_hash[sha].size, now) for sha in hashes]
    sql.insert(Blob, ["sha256", "size", "created_at"], rows, unique=["sha256"])
    return SavedBlobs(by_hash, _ask(hashes))


def read(blob_id: int) -> bytes:
    """All bytes of a blob."""
    return read_many([blob_id])[blob_id]


def read_many(blob_ids: Sequence[int]) -> dict[int, bytes]:
    """All bytes of several blobs: one statement."""
    condition, parameters = sql.among("b.id", blob_ids)
    rows = sql.read(
        "SELECT b.id, b.size, c.codec, c.data FROM webmail_blob b"
        f" LEFT JOIN webmail_blobchunk c ON c.blob_id = b.id WHERE {condition} ORDER BY b.id, c.position",
        parameters,
    )
    raws = joined(rows)
    if missing := set(blob_ids) - raws.keys():
        raise MissingBlobError(f"there is no blob {min(missing)}")
    return raws


def joined(rows: Iterable[tuple[int, int, int | None, bytes | None]]) -> dict[int, bytes]:
    """Put chunks together: (key, size of the blob, codec, data) each, in their order; by key."""
    sizes: dict[int, int] = {}
    pieces: dict[int, list[bytes]] = {}
    for key, size, codec, data in rows:
        sizes[key] = size
        opened = pieces.setdefault(key, [])
        if data is not None:
            opened.append(_opened(codec, data))
    raws = {key: b"".join(parts) for key, parts in pieces.items()}
    for key, raw in raws.items():
        if sizes[key] != len(raw):
            raise MissingBlobError(f"a blob is incomplete, the one of {key}")
    return raws


def read_range(blob_id: int, start: int, end: int) -> bytes:
    """Bytes start to end (exclusive) of a blob, opening only the chunks they lie in."""
    if end <= start:
        return b""
    first, last = start // CHUNK_BYTES, (end - 1) // CHUNK_BYTES
    rows = sql.read(
        "SELECT codec, data FROM webmail_blobchunk"
        " WHERE blob_id = %s AND position BETWEEN %s AND %s ORDER BY position",
        [blob_id, first, last],
    )
    found = b"".join([_opened(codec, bytes(data)) for codec, data in rows])
    offset = start - first * CHUNK_BYTES
    piece = found[offset : offset + end - start]
    if len(piece) != end - start:
        raise MissingBlobError(f"blob {blob_id} has no bytes {start} to {end}")
    return piece


def read_heads(blob_ids: Sequence[int], chunks: int = 1) -> dict[int, bytes]:
    """The first chunks of each of several blobs, CHUNK_BYTES each: one statement."""
    condition, parameters = sql.among("blob_id", blob_ids)
    rows = sql.read(
        f"SELECT blob_id, codec, data FROM webmail_blobchunk WHERE position < %s AND {condition}"
        " ORDER BY blob_id, position",
        [chunks, *parameters],
    )
    heads: dict[int, bytes] = {}
    for blob_id, codec, data in rows:
        heads[blob_id] = heads.get(blob_id, b"") + _opened(codec, bytes(data))
    return heads


def _ask(hashes: Sequence[bytes]) -> sql.Answer[list[tuple[Any, ...]]]:
    """Ask for hash, id, and whether the blob has no chunks yet.

    PostgreSQL holds the rows, so that no sweep takes them before our commit.
    """
    condition, parameters = sql.among("sha256", hashes)
    hold = " FOR KEY SHARE OF b" if sql.is_postgresql() else ""
    return sql.ask(
        "SELECT sha256, id, NOT EXISTS (SELECT 1 FROM webmail_blobchunk c WHERE c.blob_id = b.id)"
        f" FROM webmail_blob b WHERE {condition}{hold}",
        parameters,
    )


def _compressed(piece: bytes) -> tuple[int, bytes]:
    if len(piece) < _WORTH_COMPRESSING:
        return _STORED, piece
    packed = isal_zlib.compress(piece, _LEVEL)
    return (_ZLIB, packed) if len(packed) < len(piece) else (_STORED, piece)


def _opened(codec: int | None, data: bytes) -> bytes:
    return isal_zlib.decompress(data) if codec == _ZLIB else data
