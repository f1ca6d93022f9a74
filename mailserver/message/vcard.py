"""Contact cards (RFC 6350, and the 2.1 and 3.0 that people send): the fields one looks for; never raises."""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from . import charset, header

MAX_BYTES = 1024 * 1024
MAX_CARDS = 50
_LINES_OF_A_CARD = 400
_LONGEST_VALUE = 2000
_LONGEST_PHOTO = 400_000
# What has a field, what is written anew, and what is no text.
_NOT_KEPT = frozenset(
    [
        "VERSION",
        "PRODID",
        "REV",
        "UID",
        "FN",
        "N",
        "EMAIL",
        "TEL",
        "ORG",
        "NOTE",
        "CATEGORIES",
        "PHOTO",
        "LOGO",
        "SOUND",
        "KEY",
        "BEGIN",
        "END",
        "XML",
    ]
)
_MOST_OTHERS = 50

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"(?:[\w-]+\.)?([A-Za-z-]+)((?:;(?:[^\":;]|\"[^\"]*\")*)*):(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\,;:nN])")
_COMMA = re.compile(r"(?<!\\),")
_SEPARATOR = re.compile(r"(?<!\\);")
_SOFT_BREAK = re.compile(r"=\r?\n")


@dataclass(frozen=True, slots=True)
class Field:
    """A value with the kinds it has, lower case: home, work, cell …"""

    value: str
    kinds: tuple[str, ...] = ()


@dataclass(slots=True)
class Contact:
    """What a card tells of somebody. `photo` is the bytes of a picture, not looked at."""

    name: str = ""
    organisation: str = ""
    title: str = ""
    phones: list[Field] = field(default_factory=list)
    emails: list[Field] = field(default_factory=list)
    addresses: list[Field] = field(default_factory=list)
    urls: list[Field] = field(default_factory=list)
    birthday: str = ""
    note: str = ""
    photo: bytes = b""
    groups: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def read(data: bytes, most: int = MAX_CARDS, largest: int = MAX_BYTES) -> list[Contact]:
    """The cards of a file, at most `most`; [] when there is none, or the file has more than `largest` bytes.

    `others` keeps the lines that a book of contacts has no field for, as 3.0 and 4.0 write them alike.
    """
    if len(data) > largest:
        return []
    cards: list[Contact] = []
    current: Contact | None = None
    for name, parameters, value in _lines(charset.decode(data).lstrip("\ufeff"), most * _LINES_OF_A_CARD):
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            current = Contact()
        elif name == "END" and current is not None:
            cards.append(current)
            current = None
            if len(cards) == most:
                break
        elif current is not None:
            _set(current, name, parameters, value)
    return [card for card in cards if card.name or card.emails or card.phones]


def _lines(text: str, most: int) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """(name, parameters, raw value) of each line, folds undone, also the soft breaks of quoted-printable."""
    pending = ""
    for piece in islice(_FOLD.sub("", text).split("\n"), most):
        line = pending + piece.rstrip("\r")
        pending = ""
        if line.endswith("=") and "QUOTED-PRINTABLE" in line[:200].upper() and len(line) < _LONGEST_VALUE * 3:
            pending = line[:-1]
            continue
        match = _LINE.fullmatch(line)
        if match:
            yield match[1].upper(), _parameters(match[2]), match[3]


def _parameters(text: str) -> Mapping[str, str]:
    """{name: values}; a word alone, as 2.1 has it, is a TYPE."""
    found: dict[str, str] = {}
    for piece in text.split(";")[:20]:
        name, equals, value = piece.partition("=")
        name, value = (name.upper(), value.strip('"')) if equals else ("TYPE", name)
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _set(card: Contact, name: str, parameters: Mapping[str, str], raw: str) -> None:
    if name == "PHOTO":
        card.photo = card.photo or _photo(parameters, raw)
        return
    value = _value(parameters, raw[: _LONGEST_VALUE * 4])
    if name not in _NOT_KEPT and len(card.others) < _MOST_OTHERS:
        card.others.append(_other(name, parameters, value))
    kinds = tuple(kind for kind in parameters.get("TYPE", "").lower().replace(" ", "").split(",") if kind)
    many = {"TEL": card.phones, "EMAIL": card.emails, "ADR": card.addresses, "URL": card.urls}
    if name in many and len(many[name]) < 20:
        text = ", ".join(_split(value)) if name == "ADR" else _clean(value).removeprefix("tel:")
        if text:
            many[name].append(Field(text, kinds))
    elif name == "FN":
        card.name = _clean(value)
    elif name == "N" and not card.name:
        pieces = [*_split_all(value), "", ""]
        card.name = " ".join(piece for piece in (pieces[1], pieces[0]) if piece)
    elif name == "ORG":
        card.organisation = " · ".join(_split(value))
    elif name == "TITLE":
        card.title = _clean(value)
    elif name == "BDAY":
        card.birthday = _clean(value)[:20]
    elif name == "CATEGORIES":
        card.groups = [group for piece in _COMMA.split(value) if (group := _clean(piece))][:20]
    elif name == "NOTE":
        card.note = "\n".join(_strip(line) for line in _unescaped(value).split("\n"))[:_LONGEST_VALUE]


def _other(name: str, parameters: Mapping[str, str], value: str) -> str:
    """Write a line again with its TYPE alone: values are in UTF-8, and no longer quoted-printable."""
    kinds = [kind for kind in parameters.get("TYPE", "").split(",") if re.fullmatch(r"[\w-]{1,20}", kind)]
    kinds = [kind for kind in kinds if kind.upper() not in ("QUOTED-PRINTABLE", "PREF")]
    whole = header.strip_controls(value.replace("\n", "\\n"))
    return f"{name}{f';TYPE={",".join(kinds)}' if kinds else ''}:{whole}"


def _value(parameters: Mapping[str, str], raw: str) -> str:
    if parameters.get("ENCODING", parameters.get("TYPE", "")).upper().find("QUOTED-PRINTABLE") < 0:
        return raw[:_LONGEST_VALUE]
    data = binascii.a2b_qp(_SOFT_BREAK.sub("", raw).encode("utf-8", "replace"))
    return charset.decode(data, parameters.get("CHARSET", ""))[:_LONGEST_VALUE]


def _photo(parameters: Mapping[str, str], raw: str) -> bytes:
    encoding = parameters.get("ENCODING", "").upper()
    if raw.startswith("data:"):
        raw = raw.partition("base64,")[2]
    elif encoding not in ("B", "BASE64") and "BASE64" not in parameters.get("TYPE", "").upper():
        return b""
    if len(raw) > _LONGEST_PHOTO:
        return b""
    try:
        return binascii.a2b_base64(raw.encode("ascii", "ignore"))
    except binascii.Error:
        return b""


def _split_all(value: str) -> list[str]:
    return [_clean(piece) for piece in _SEPARATOR.split(value)]


def _split(value: str) -> list[str]:
    return [piece for piece in _split_all(value) if piece]


def _clean(value: str) -> str:
    return _strip(_unescaped(value).replace("\n", " "))


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def _strip(value: str) -> str:
    return header.strip_controls(value).strip()
