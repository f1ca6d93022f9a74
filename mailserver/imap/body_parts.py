"""Where a section of a message lies (RFC 9051 §6.4.5.1): numbers to a part, a part to its bytes."""

import re
from dataclasses import dataclass

from mailserver.message.part import Part

from .sections import Section

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of a message, counted from the first of its prefix; `part` is what they are of."""

    start: int
    end: int
    part: Part | None = None


def find_part(root: Part, numbers: tuple[int, ...]) -> Part | None:
    """The part with these numbers. Those of a message inside the message count from that (§6.4.5.1)."""
    part, is_message = root, True
    for number in numbers:
        if not is_message and not part.is_multipart and part.children:
            # A message that is enclosed: its numbers are those of what is in it.
            part, is_message = part.children[0], True
        if part.is_multipart:
            if number > len(part.children):
                return None
            part, is_message = part.children[number - 1], False
        elif number == 1 and is_message:
            is_message = False
        else:
            return None
    return part


def locate(root: Part, section: Section, prefix: int, size: int) -> Stretch | None:
    """Where a section lies, if there is one. `prefix` is how long our own headers are, `size` all."""
    if not section.part:
        if not section.what:
            return Stretch(0, size, root)
        return _of_message(root, section.what, prefix, size)
    part = find_part(root, section.part)
    if part is None:
        return None
    if section.what == "MIME":
        return Stretch(prefix + part.start, prefix + part.body, part)
    if not section.what:
        return Stretch(prefix + part.body, prefix + part.end, part)
    if part.is_multipart or not part.children:
        return None
    inner = part.children[0]
    if section.what == "TEXT":
        return Stretch(prefix + inner.body, prefix + inner.end, inner)
    return Stretch(prefix + inner.start, prefix + inner.body, inner)


def _of_message(root: Part, what: str, prefix: int, size: int) -> Stretch:
    if what == "TEXT":
        return Stretch(prefix + root.body, size, root)
    return Stretch(0, prefix + root.body, root)


def chosen_fields(header: bytes, names: frozenset[str], *, others: bool) -> bytes:
    """The header fields of these names, or all others, as they stand, and an empty line (§6.4.5.1).

    The first line begins a field even where it is indented, as `header.fields` has it.
    """
    kept: list[bytes] = []
    is_kept = False
    for place, line in enumerate(_LINE.findall(header)):
        if not line.strip(b"\r\n"):
            break
        if not place or line[:1] not in (b" ", b"\t"):
            name = line.partition(b":")[0].strip().upper().decode("ascii", "replace")
            is_kept = (name in names) != others
        if is_kept:
            kept.append(line)
    return b"".join((*kept, b"\r\n"))
