"""Terms beside the words of a message: in which field a word stands, and what never changes of a message.

A colon is in no word, so these can't be mistaken for one. Each is a few bytes of the index, and spares a
search the reading of messages that don't fit.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from mailserver.message.digest import Digest

from .terms import query_terms, sequence, terms

ALL: Final = "x:all"
FILE: Final = "x:file"

_CODES: Final = {
    "from": "f",
    "to": "t",
    "cc": "c",
    "bcc": "b",
    "subject": "s",
    "filename": "n",
    "list": "l",
    "deliveredto": "d",
}
_MARKS: Final = {*_CODES.values(), "m", "x", "y", "z"}
_MAX_ADDRESS = 100
_ADDRESS = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;:\"]*")
# Whom our own trace header says it was for: mailserver.smtp.trace.
_FOR = re.compile(rb"\sfor <([^<>\s]{1,320})>;")
_FIRST_YEAR, _LAST_YEAR = 1970, 2099
_MAX_BITS = 40


def of_message(digest: Digest) -> frozenset[str]:
    """Terms that all copies of a message share: its words, by field too, and whether it has a file."""
    found = {ALL, *terms(digest.search_text)}
    for field, text in digest.search_fields:
        if field in _CODES:
            found.update(of_field(field, text))
    if digest.has_attachment:
        found.add(FILE)
    return frozenset(found)


def of_copy(size: int, received_at: datetime, prefix: bytes) -> list[str]:
    """Terms of one account's copy: how large, when it came, to which address."""
    moment = received_at.astimezone(UTC)
    year = _year(moment)
    found = [f"z:{_bits(size)}", f"y:{year}", f"m:{year}{moment.month:02}"]
    if recipient := _FOR.search(prefix):
        found += of_field("deliveredto", recipient[1].decode("utf-8", "replace"))
    return found


def of_field(field: str, text: str) -> Iterator[str]:
    """Yield the terms of a field's text: its words, and each address as a whole."""
    code = _CODES[field]
    for term in terms(text):
        yield f"{code}:{term}"
    for address in _ADDRESS.findall(text):
        yield f"{code}:{_joined(address)}"


def asked(field: str, text: str) -> list[str]:
    """List the terms that a text asks for in a field, all of which must be there."""
    if _ADDRESS.fullmatch(text.strip("<>")) and "." in text.rpartition("@")[2]:
        return [f"{_CODES[field]}:{_joined(text)}"]
    return [f"{_CODES[field]}:{term}" for term in query_terms(text)]


def is_mark(term: str) -> bool:
    """Tell whether a word is what terms beside the words begin with."""
    return term in _MARKS


def sizes(least: int, most: int) -> list[str]:
    """List the terms one of which a message of `least` to `most` bytes has."""
    return [f"z:{bits}" for bits in range(_bits(least), _bits(most) + 1)]


def months(begin: datetime, end: datetime) -> list[str]:
    """List the terms one of which a message received from `begin` to `end` has."""
    first, last = begin.astimezone(UTC), end.astimezone(UTC)
    low, high = _year(first), _year(last)
    if low == high:
        return [f"m:{low}{month:02}" for month in range(first.month, last.month + 1)]
    return [
        *(f"m:{low}{month:02}" for month in range(first.month, 13)),
        *(f"y:{year}" for year in range(low + 1, high)),
        *(f"m:{high}{month:02}" for month in range(1, last.month + 1)),
    ]


def _joined(address: str) -> str:
    return ":".join(sequence(address).split())[:_MAX_ADDRESS]


def _bits(size: int) -> int:
    return min(size.bit_length(), _MAX_BITS)


def _year(moment: datetime) -> int:
    return min(max(moment.year, _FIRST_YEAR), _LAST_YEAR)
