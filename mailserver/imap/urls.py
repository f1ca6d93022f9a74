"""URLs of messages, and parts of them, of the person who is logged in (RFC 5092 §7, RFC 4469 §3)."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from mailserver.message import part as parts

from . import sections
from .backend import Folder, Mail
from .body_parts import chosen_fields, locate
from .lexer import Lexer
from .patterns import with_inbox
from .replies import Bad, No
from .sections import Section

_URL = re.compile(
    r"/(?P<mailbox>[^/;]+(?:/[^/;]+)*)(?:;UIDVALIDITY=(?P<validity>\d{1,10}))?/?;UID=(?P<uid>\d{1,10})"
    r"(?:/?;SECTION=(?P<section>[^;]+?))?(?:/?;PARTIAL=(?P<start>\d{1,18})(?:\.(?P<count>\d{1,18}))?)?",
    re.IGNORECASE,
)
_TO_THE_END = (1 << 62) - 1


@dataclass(frozen=True, slots=True)
class MessageUrl:
    """A message in a mailbox, or what of it; `uid_validity` 0 fits any."""

    path: str
    uid_validity: int
    uid: int
    section: Section


def parse(text: str) -> MessageUrl:
    """Read an absolute path, the one form that has to be known (RFC 4469 §3); raises ValueError."""
    found = _URL.fullmatch(text)
    if not found:
        raise ValueError("no URL of a message here")
    path = with_inbox(unquote(found["mailbox"], errors="strict"))
    label = f"BODY.PEEK[{unquote(found['section'] or '')}]"
    if found["start"] is not None:
        label += f"<{found['start']}.{found['count'] or _TO_THE_END}>"
    return MessageUrl(path, int(found["validity"] or 0), int(found["uid"]), _section(label))


def read(mail: Mail, text: str, most: int) -> bytes:
    """Read the octets that a URL names, for a thread; raises No when there are none, or more than `most`."""
    try:
        url = parse(text)
        folder = mail.select(url.path)
    except (No, ValueError) as error:
        raise _bad(text) from error
    if url.uid_validity not in (0, folder.mailbox.uid_validity):
        raise _bad(text)
    octets = _octets(folder, url, most)
    if octets is None:
        raise _bad(text)
    return octets


def _section(label: str) -> Section:
    args = Lexer(label.encode())
    try:
        [section] = sections.read(args).wanted
        args.end()
    except Bad as error:
        raise ValueError("no such section") from error
    assert isinstance(section, Section)
    return section


def _octets(folder: Folder, url: MessageUrl, most: int) -> bytes | None:
    """Read what is named; None when it is not there."""
    section, rows = url.section, folder.rows([url.uid], whole=True)
    if not rows:
        return None
    [row] = rows
    root = parts.loads(row.structure)
    stretch = locate(root, section, row.size - root.end, row.size)
    if stretch is None:
        return None
    begin, count = section.partial or (0, _TO_THE_END)
    if section.fields:
        header = folder.piece(row.message, stretch.start, stretch.end)
        fields = chosen_fields(header, section.fields, others=section.what.endswith("NOT"))
        return fields[begin : begin + count]
    start = min(stretch.start + begin, stretch.end)
    end = min(start + count, stretch.end)
    if end - start > most:
        raise No("All together is too large", "TOOBIG")
    return folder.piece(row.message, start, end) if end > start else b""


def _bad(text: str) -> No:
    shown = "".join(letter for letter in text if letter.isprintable() and letter.isascii())
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
    return No("There is nothing at this URL", f'BADURL "{escaped}"')
