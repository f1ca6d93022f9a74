"""What other IMAP servers answer, read (RFC 9051, RFC 3501); pure."""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

_LINE = re.compile(rb'\((?P<flags>[^)]*)\) (?P<delimiter>"(?:\\.|[^"])"|NIL) (?P<name>.+)', re.DOTALL)
_NUMBER = {
    name: re.compile(name + rb" (\d+)")
    for name in (b"UID", b"RFC822.SIZE", b"MESSAGES", b"UIDVALIDITY", b"UIDNEXT")
}
_FLAGS = re.compile(rb"FLAGS \(([^)]*)\)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')
_MESSAGE_ID = re.compile(rb"<([^<>\s]+)>")
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")
_BEGINS = re.compile(rb"\d+ \(")
# RFC 6154 special uses, and what servers without them call such folders.
_ROLES = {
    "\\sent": "sent",
    "\\drafts": "drafts",
    "\\trash": "trash",
    "\\junk": "junk",
    "\\archive": "archive",
    "\\all": "archive",
}
_NAMES = {
    "inbox": "inbox",
    "sent": "sent",
    "sent items": "sent",
    "sent messages": "sent",
    "sent mail": "sent",
    "drafts": "drafts",
    "trash": "trash",
    "deleted items": "trash",
    "deleted messages": "trash",
    "junk": "junk",
    "spam": "junk",
    "junk e-mail": "junk",
    "junk email": "junk",
    "archive": "archive",
    "已发送": "sent",
    "草稿箱": "drafts",
    "已删除": "trash",
    "垃圾邮件": "junk",
}
_KEPT_FLAGS = {
    b"\\seen": "\\Seen",
    b"\\answered": "\\Answered",
    b"\\flagged": "\\Flagged",
    b"\\draft": "\\Draft",
}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder by its name on the wire; `place` is our role for it, or its path with "/"."""

    name: str
    place: str
    count: int
    validity: int
    next_uid: int
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a message before it is fetched; `size` in bytes."""

    uid: int
    size: int
    message_id: str
    flags: frozenset[str]
    received_at: datetime | None


class Listed(NamedTuple):
    """A line of LIST: the name on the wire, the delimiter ("" for none), the attributes in lower case."""

    name: str
    delimiter: str
    flags: frozenset[str]


def listed(line: Any) -> Listed | None:
    """Read a line of LIST; None for what can't be opened, or isn't one."""
    whole = b" ".join(line) if isinstance(line, tuple) else line
    match = _LINE.match(whole or b"")
    if not match:
        return None
    flags = frozenset(flag.lower() for flag in match["flags"].decode("ascii", "replace").split())
    if flags & {"\\noselect", "\\nonexistent"}:
        return None
    delimiter = match["delimiter"].strip(b'"').decode("ascii", "replace").removeprefix("\\")
    return Listed(_name(line, match), "" if delimiter == "NIL" else delimiter, flags)


def folder(found: Listed, status: Sequence[Any]) -> Folder | None:
    """Read the answer to STATUS; None for an empty folder."""
    told = b" ".join(piece for piece in status if isinstance(piece, bytes)).rpartition(b"(")[2]
    count = number(b"MESSAGES", told)
    if not count:
        return None
    place = _place(_decoded(found.name), found.delimiter, found.flags)
    numbers = count, number(b"UIDVALIDITY", told), number(b"UIDNEXT", told)
    return Folder(found.name, place, *numbers, is_all="\\all" in found.flags)


def records(data: Sequence[Any]) -> Iterator[tuple[bytes, bytes]]:
    """Join what imaplib gives in pieces: (all that is said of a message, its one literal)."""
    head, body = b"", b""
    for piece in data:
        first = piece[0] if isinstance(piece, tuple) else piece
        if _BEGINS.match(first) and head:
            yield head, body
            head, body = b"", b""
        head += b" " + first if head else first
        if isinstance(piece, tuple):
            body = piece[1]
    if head:
        yield head, body


def head(told: bytes, body: bytes) -> Head:
    """Read what is said of a message, `body` being its Message-ID field."""
    flags = _FLAGS.search(told)
    named = {flag.lower() for flag in flags[1].split()} if flags else set()
    found = _MESSAGE_ID.search(body)
    return Head(
        number(b"UID", told),
        number(b"RFC822.SIZE", told),
        found[1].decode("utf-8", "replace") if found else "",
        frozenset(_KEPT_FLAGS[flag] for flag in named if flag in _KEPT_FLAGS),
        _moment(told),
    )


def _moment(told: bytes) -> datetime | None:
    found = _DATE.search(told)
    if not found:
        return None
    try:
        return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def number(name: bytes, text: bytes) -> int:
    """The number that follows a name; 0 without it."""
    found = _NUMBER[name].search(text)
    return int(found[1]) if found else 0


def _name(line: Any, match: re.Match[bytes]) -> str:
    """The name as it is asked for: of a literal, or between its quotes."""
    raw = line[1] if isinstance(line, tuple) else match["name"].strip()
    if raw[:1] == b'"' and not isinstance(line, tuple):
        raw = re.sub(rb"\\(.)", rb"\1", raw[1:-1])
    text: str = raw.decode("utf-8", "replace")
    return text


def _place(name: str, delimiter: str, flags: frozenset[str]) -> str:
    """Our role for a folder, by its special use or its name; else its path."""
    role = next((_ROLES[flag] for flag in sorted(flags) if flag in _ROLES), "")
    levels = [level.replace("/", "-") for level in (name.split(delimiter) if delimiter else [name])]
    if levels[0] in ("[Gmail]", "[Google Mail]", "INBOX") and len(levels) > 1:
        levels = levels[1:]
    return role or (_NAMES.get(levels[0].casefold(), "") if len(levels) == 1 else "") or "/".join(levels)


def _decoded(name: str) -> str:
    """Read a name in modified UTF-7 (RFC 3501 §5.1.3); what is none is left as it is."""

    def letters(match: re.Match[str]) -> str:
        if not match[1]:
            return "&"
        coded = match[1].replace(",", "/")
        try:
            return base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-16-be")
        except ValueError:
            return match[0]

    return _SHIFTED.sub(letters, name)
