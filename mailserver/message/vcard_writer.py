"""Write contact cards: 4.0 (RFC 6350), or 3.0 (RFC 2426) as Google and most telephones read it."""

from collections.abc import Iterable, Iterator

from .vcard import Contact, Field

VERSIONS = ("3.0", "4.0")
_LONGEST_LINE = 75  # octets (RFC 6350 §3.2)
_KINDS = frozenset(["home", "work", "cell", "fax"])


def write(contacts: Iterable[Contact], version: str = "3.0") -> Iterator[bytes]:
    """Write each contact as one card."""
    for contact in contacts:
        lines = [f"VERSION:{version}", *_lines(contact, version)]
        yield b"".join(_folded(line) for line in ("BEGIN:VCARD", *lines, "END:VCARD"))


def _lines(contact: Contact, version: str) -> Iterator[str]:
    yield f"FN:{_escaped(contact.name or contact.organisation or _first(contact))}"
    yield f"N:{_structured(contact.name)}"
    yield from _fields("EMAIL", contact.emails, "internet" if version == "3.0" else "")
    yield from _fields("TEL", contact.phones, "")
    if contact.organisation:
        yield f"ORG:{_escaped(contact.organisation)}"
    if contact.groups:
        yield f"CATEGORIES:{','.join(_escaped(group) for group in contact.groups)}"
    if contact.note:
        yield f"NOTE:{_escaped(contact.note)}"
    yield from contact.others


def _fields(name: str, fields: Iterable[Field], also: str) -> Iterator[str]:
    for one in fields:
        kinds = [*([also] if also else []), *(kind for kind in one.kinds if kind in _KINDS)]
        yield f"{name}{f';TYPE={",".join(kinds)}' if kinds else ''}:{_escaped(one.value)}"


def _structured(name: str) -> str:
    """Guess family and given names: the last word is the family's; a name without a space stays whole."""
    given, _, family = name.rpartition(" ")
    return f"{_escaped(family)};{_escaped(given)};;;"


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def _first(contact: Contact) -> str:
    return next((one.value for one in (*contact.emails, *contact.phones)), "")


def _folded(line: str) -> bytes:
    """Fold after 75 octets, never within a character."""
    pieces: list[str] = []
    piece: list[str] = []
    size = 0
    for letter in line:
        width = len(letter.encode("utf-8", "replace"))
        if size + width > _LONGEST_LINE:
            pieces.append("".join(piece))
            piece, size = [], 1
        piece.append(letter)
        size += width
    pieces.append("".join(piece))
    return "\r\n ".join(pieces).encode("utf-8", "replace") + b"\r\n"
