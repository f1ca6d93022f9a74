"""Messages in files: mbox, .eml, Maildir, and folders of them; read one at a time, whatever their size."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from mailserver.message import header

from . import gmail_labels

_FROM_LINE = re.compile(
    rb"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +"
    rb"(\d{1,2}) (\d\d):(\d\d)(?::(\d\d))? (?:[A-Z]{3,4} |[+-]\d{4} )?(\d{4})"
)
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_STATUS_FIELD = re.compile(rb"^(?:X-)?Status:[ \t]*([A-Za-z]*)[ \t]*\n", re.MULTILINE | re.IGNORECASE)
_STATUS_FLAGS = {"R": "\\Seen", "A": "\\Answered", "F": "\\Flagged", "T": "\\Draft"}
_MAILDIR_FLAGS = {"S": "\\Seen", "R": "\\Answered", "F": "\\Flagged", "D": "\\Draft"}
_LONGEST_LINE = 1024 * 1024
_MAILDIR_INFO = re.compile(r"[:;!]2,([A-Za-z]*)$")


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message as it goes over the wire, with CRLF; `folders` are paths or roles of where it was, or ()."""

    source: str
    raw: bytes
    flags: frozenset[str] = frozenset()
    received_at: datetime | None = None
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """Something that is no message, and why."""

    source: str
    reason: str


class Lines(Protocol):
    """What is read line by line: a file, or one inside an archive."""

    def readline(self, limit: int = -1, /) -> bytes:
        """The next line, or so much of it; empty at the end."""
        ...


type Found = FoundMessage | RefusedMessage


def files(path: Path) -> list[Path]:
    """List all files to be read under a path, in order; a Maildir's tmp holds nothing finished."""
    if not path.is_dir():
        return [path]
    return sorted(entry for entry in path.rglob("*") if entry.is_file() and entry.parent.name != "tmp")


def read(path: Path, top: Path, limit: int) -> Iterator[Found]:
    """Read the messages of one file found under `top`; none is larger than `limit` bytes."""
    if _in_maildir(path):
        if path.name.startswith("dovecot") or path.suffix == ".lock":
            return
        folder = _maildir_folder(path, top)
        yield from _read_single(path, limit, _maildir_flags(path.name), (folder,) if folder else ())
        return
    with path.open("rb") as stream:
        start = stream.read(5)
    if start == b"From ":
        with path.open("rb") as stream:
            yield from read_mbox(stream, str(path), limit)
    else:
        yield from _read_single(path, limit, frozenset(), ())


def _read_single(path: Path, limit: int, flags: frozenset[str], folders: tuple[str, ...]) -> Iterator[Found]:
    if path.stat().st_size > limit:
        yield RefusedMessage(str(path), f"is larger than {limit} bytes")
        return
    received = datetime.fromtimestamp(path.stat().st_mtime, UTC) if _in_maildir(path) else None
    yield checked(str(path), path.read_bytes(), flags, received, folders)


def read_mbox(stream: "Lines", name: str, limit: int, folders: tuple[str, ...] = ()) -> Iterator[Found]:
    """Split at lines that are a From_ line, date and all: unquoted "From " in old texts isn't one."""
    lines: list[bytes] = []
    size = number = 0
    received: datetime | None = None

    def ended() -> Found:
        source = f"{name} #{number}"
        if size > limit:
            return RefusedMessage(source, f"is larger than {limit} bytes")
        return _from_mbox(source, lines, received, folders=folders)

    while line := stream.readline(_LONGEST_LINE):
        match = _FROM_LINE.match(line)
        if match and (not lines or not lines[-1].strip()):
            if number:
                yield ended()
            number, lines, size, received = number + 1, [], 0, _from_date(match)
            continue
        if not number:
            number = 1
            continue
        size += len(line)
        if size <= limit:
            lines.append(line)
    if number:
        yield ended()


def _from_mbox(
    source: str, lines: list[bytes], received: datetime | None, *, folders: tuple[str, ...]
) -> Found:
    """Undo what an mbox does to a message: quoted "From ", a closing empty line, its status in the header."""
    raw = b"".join(lines).replace(b"\r\n", b"\n")
    raw = raw.removesuffix(b"\n") if raw.endswith(b"\n\n") else raw
    head, gap, body = raw.partition(b"\n\n")
    letters = "".join(match.decode("ascii") for match in _STATUS_FIELD.findall(head + b"\n"))
    head = _STATUS_FIELD.sub(b"", head + b"\n").removesuffix(b"\n")
    raw = head + gap + _QUOTED_FROM.sub(rb"\1", body)
    flags = frozenset(flag for letter, flag in _STATUS_FLAGS.items() if letter in letters)
    return checked(source, raw, flags, received, folders)


def checked(
    source: str,
    raw: bytes,
    flags: frozenset[str],
    received: datetime | None = None,
    folders: tuple[str, ...] = (),
) -> Found:
    """Refuse what has no header; write line ends as on the wire. Labels of Gmail say where it was."""
    if not raw.strip():
        return RefusedMessage(source, "is empty")
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head = raw[: max(raw.find(b"\r\n\r\n"), 0) + 4] if b"\r\n\r\n" in raw else raw
    names = {name.lower() for name, _ in header.fields(head)}
    if not names & {"from", "date", "subject", "to", "received", "message-id"}:
        return RefusedMessage(source, "has no header of a message")
    if "x-imap" in names or ("x-imapbase" in names and "message-id" not in names):
        return RefusedMessage(source, "is a note of a mail program to itself")
    labels = gmail_labels.read(head) if gmail_labels.FIELD in names else None
    if labels:
        flags, folders = flags | labels.flags, labels.folders
    return FoundMessage(source, raw, flags, received, folders)


def _from_date(match: re.Match[bytes]) -> datetime | None:
    month, day, hour, minute, second, year = match.groups()
    try:
        return datetime(
            int(year),
            _MONTHS.index(month) + 1,
            int(day),
            int(hour),
            int(minute),
            int(second or 0),
            tzinfo=UTC,
        )
    except ValueError:
        return None


def _in_maildir(path: Path) -> bool:
    """Tell whether a file lies in cur or new of a Maildir."""
    return path.parent.name in {"cur", "new"} and (path.parent.parent / "cur").is_dir()


def _maildir_flags(name: str) -> frozenset[str]:
    info = _MAILDIR_INFO.search(name)
    return frozenset(flag for letter, flag in _MAILDIR_FLAGS.items() if info and letter in info[1])


def _maildir_folder(path: Path, top: Path) -> str:
    """Name the folder of Maildir++: ".Work.2026" is Work/2026."""
    box = path.parent.parent
    if box in (top, path) or not box.name.startswith("."):
        return ""
    return "/".join(level for level in box.name.split(".") if level)
