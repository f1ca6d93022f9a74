"""Mail in all files under a path, also in archives: a Takeout of Google, one of ours, a zip of mails."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import cast

from .mail_files import Found, RefusedMessage, checked, files, read, read_mbox

_MAIL = frozenset([".mbox", ".mbx", ".eml", ""])
_OURS = "settings.json"
# What shrinks to less than this part of it is no mail.
_SHRINKS = 300
_SMALL = 50 * 1024 * 1024


def found_in(path: Path, limit: int) -> Iterator[Found]:
    """Read all messages, one at a time; none is larger than `limit` bytes. Archives are never unpacked."""
    for file in files(path):
        if zipfile.is_zipfile(file) and file.suffix.lower() != ".eml":
            yield from _read_zip(file, limit)
        else:
            yield from read(file, path, limit)


def size_of(path: Path) -> int:
    """The bytes of all that will be read."""
    return sum(_unpacked(file) if zipfile.is_zipfile(file) else file.stat().st_size for file in files(path))


def _read_zip(path: Path, limit: int) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(path) as packed:
            is_ours = _OURS in packed.namelist()
            for entry in _entries(packed):
                yield from _read_entry(packed, entry, limit, is_ours=is_ours)
    except (zipfile.BadZipFile, OSError, zlib.error, EOFError, RuntimeError, NotImplementedError):
        # Broken, cut short, with a password, or packed in a way nobody here knows.
        yield RefusedMessage(str(path), "can't be read to its end")


def _read_entry(
    packed: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int, *, is_ours: bool
) -> Iterator[Found]:
    name = entry.filename
    if entry.file_size > _SMALL and entry.file_size > entry.compress_size * _SHRINKS:
        yield RefusedMessage(name, "is packed too tightly to be mail")
        return
    with cast(zipfile.ZipExtFile, packed.open(entry)) as stream:
        if stream.peek(5)[:5] == b"From ":
            yield from read_mbox(stream, name, limit, _folders(name, is_ours=is_ours))
        elif entry.file_size > limit:
            yield RefusedMessage(name, f"is larger than {limit} bytes")
        else:
            yield checked(name, stream.read(limit + 1), frozenset())


def _entries(packed: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for entry in packed.infolist():
        path = PurePosixPath(entry.filename)
        if not entry.is_dir() and path.suffix.lower() in _MAIL and path.parts[0] != "__MACOSX":
            yield entry


def _folders(name: str, *, is_ours: bool) -> tuple[str, ...]:
    """The label that an mbox of ours was: its path below "mail"."""
    path = PurePosixPath(name)
    if not is_ours or path.parts[0] != "mail":
        return ()
    return ("/".join(path.with_suffix("").parts[1:]),)


def _unpacked(path: Path) -> int:
    try:
        with zipfile.ZipFile(path) as packed:
            return sum(entry.file_size for entry in _entries(packed))
    except (zipfile.BadZipFile, OSError):
        return 0
