"""What FETCH wants of a message (RFC 9051 §6.4.5): items, sections of bodies, stretches of them."""

import re
from dataclasses import dataclass

from .answers import astring
from .lexer import Lexer
from .replies import Bad

_PARTS = re.compile(r"[1-9]\d{0,4}(?:\.[1-9]\d{0,4})*")
_FIELD_NAME = re.compile(rb"[!-9;-~]{1,200}\Z")
_MOST_FIELDS = 200
_MOST_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Section:
    """BODY[…]: the numbers of a part, and what of it; `partial` is where to begin and how much.

    `what` is "" for all of it, HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, TEXT or MIME. `form` is BODY, BINARY
    (without its transfer encoding) or BINARY.SIZE; `label` is how the answer names it.
    """

    label: bytes
    form: str = "BODY"
    part: tuple[int, ...] = ()
    what: str = ""
    fields: frozenset[str] = frozenset()
    partial: tuple[int, int] | None = None
    sets_seen: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """All that is wanted: names, and sections, in the order they were asked for."""

    wanted: tuple[str | Section, ...]

    @property
    def sections(self) -> list[Section]:
        """The sections among them."""
        return [item for item in self.wanted if isinstance(item, Section)]

    @property
    def sets_seen(self) -> bool:
        """Tell whether to fetch them is to read the message."""
        return any(section.sets_seen for section in self.sections)


_MACROS = {
    "ALL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"),
    "FAST": ("FLAGS", "INTERNALDATE", "RFC822.SIZE"),
    "FULL": ("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"),
}
_OLD = {
    "RFC822": Section(b"RFC822", sets_seen=True),
    "RFC822.HEADER": Section(b"RFC822.HEADER", what="HEADER"),
    "RFC822.TEXT": Section(b"RFC822.TEXT", what="TEXT", sets_seen=True),
}
_PLAIN = frozenset(
    {
        "FLAGS",
        "UID",
        "INTERNALDATE",
        "RFC822.SIZE",
        "ENVELOPE",
        "BODYSTRUCTURE",
        "BODY",
        "MODSEQ",
        "SAVEDATE",
        "EMAILID",
        "THREADID",
        "PREVIEW",
        "X-GM-MSGID",
        "X-GM-THRID",
    }
)


def read(args: Lexer) -> Items:
    """Read one item, a macro, or a list in parentheses; raises Bad."""
    if not args.take(b"("):
        word = args.atom()
        if word in _MACROS:
            return Items(_MACROS[word])
        return Items((_item(args, word),))
    return read_list(args)


def read_list(args: Lexer) -> Items:
    """Read items up to the end of their list; raises Bad."""
    found = [_item(args, args.atom())]
    while not args.take(b")"):
        args.space()
        found.append(_item(args, args.atom()))
        if len(found) > _MOST_ITEMS:
            raise Bad("There are too many items")
    return Items(tuple(found))


def _item(args: Lexer, word: str) -> str | Section:
    base = word.partition("[")[0]
    if "[" in word and base in ("BODY", "BODY.PEEK", "BINARY", "BINARY.PEEK", "BINARY.SIZE"):
        return _section(args, base, word[len(base) + 1 :])
    if word in _OLD:
        return _OLD[word]
    if word == "PREVIEW" and args.take(b" (LAZY)"):
        return word
    if word not in _PLAIN:
        raise Bad(f"{word} can't be fetched")
    return word


def _section(args: Lexer, base: str, text: str) -> Section:
    """Read on after `BODY[`: the lexer has taken what is no special sign, so up to ] or a space."""
    form = base.removesuffix(".PEEK")
    found = _PARTS.match(text)
    part = tuple(map(int, found[0].split("."))) if found else ()
    what = text[found.end() :] if found else text
    if found and what:
        if not what.startswith("."):
            raise Bad("There is no such section")
        what = what[1:]
    fields: list[bytes] = []
    if what in ("HEADER.FIELDS", "HEADER.FIELDS.NOT"):
        args.space()
        fields = _fields(args)
    elif what not in ("", "HEADER", "TEXT", "MIME") or (what == "MIME" and not part):
        raise Bad("There is no such section")
    if form != "BODY" and what:
        raise Bad("BINARY is of a part")
    args.expect(b"]")
    partial = _partial(args) if form != "BINARY.SIZE" else None
    label = f"{form}[{'.'.join((*map(str, part), *([what] if what else [])))}"
    if fields:
        label += f" ({' '.join(astring(name.decode()).decode() for name in fields)})"
    label += f"]<{partial[0]}>" if partial else "]"
    sets_seen = base in ("BODY", "BINARY")
    names = frozenset(name.decode().upper() for name in fields)
    return Section(label.encode(), form, part, what, names, partial, sets_seen)


def _fields(args: Lexer) -> list[bytes]:
    args.expect(b"(")
    found: list[bytes] = [args.astring()]
    while not args.take(b")"):
        args.space()
        found.append(args.astring())
    if len(found) > _MOST_FIELDS or not all(map(_FIELD_NAME.match, found)):
        raise Bad("These are no names of fields")
    return found


def _partial(args: Lexer) -> tuple[int, int] | None:
    if not args.take(b"<"):
        return None
    begin = args.number()
    args.expect(b".")
    count = args.number()
    args.expect(b">")
    if not count:
        raise Bad("A stretch has one byte at least")
    return begin, count
