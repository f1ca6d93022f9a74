"""By what a contact is found while it is typed, and where a list has it."""

import re
import unicodedata
from collections.abc import Iterable

from . import pinyin

LONGEST_TERM = 40
_MOST_TERMS = 80
_MOST_WORDS = 6
_SPLIT = re.compile(r"[\s,;:·・()\[\]{}<>\"“”/|]+")
_INNER = re.compile(r"[^\w]+")
_NO_DIGIT = re.compile(r"\D+")


def folded(text: str) -> str:
    """Write a text without its case, its accents and its width."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFKC", plain)


def of_contact(name: str, organisation: str = "", phones: Iterable[str] = ()) -> list[str]:
    """What a contact is found by, whatever the address."""
    words = [*_of_words(name), *_of_words(organisation)]
    numbers = [digits for phone in phones if (digits := _NO_DIGIT.sub("", phone))]
    return _cut([*words, *numbers])


def of_address(address: str) -> list[str]:
    """What an address is found by: as a whole, by the words of its local part, by its domain."""
    local, _, domain = folded(address).rpartition("@")
    return _cut([f"{local}@{domain}", *_INNER.split(local), domain])


def of_group(name: str) -> str:
    """What a group is found by, a space before each."""
    return "".join(f" {term}" for term in _cut(_of_words(name)))


def typed(text: str) -> list[str]:
    """The words of what is typed, the longest first: each must begin a term."""
    words = (word.strip("@") for word in _SPLIT.split(folded(text)))
    found = dict.fromkeys(word[:LONGEST_TERM] for word in words if word)
    return sorted(found, key=len, reverse=True)[:_MOST_WORDS]


def sort_key(name: str, address: str = "") -> bytes:
    """Where a list has a contact: by the sound of the name, then by itself; without one by the address."""
    plain = folded(name).strip()
    return f"{pinyin.sorting(plain)}\0{plain}".encode()[:800] if plain else folded(address).encode()[:800]


def bounds(word: str) -> tuple[bytes, bytes]:
    """The terms that begin with a word: from the first, to before the second."""
    begin = word.encode("utf-8", "replace")
    return begin, begin + b"\xff"


def _of_words(text: str) -> list[str]:
    words = [word for word in _SPLIT.split(folded(text)) if word]
    found = [*words]
    for word in words:
        found += [piece for piece in _INNER.split(word) if piece]
        for run in pinyin.runs(word):
            for start in range(len(run)):
                found += [run[start:], *pinyin.spellings(run[start:])]
    return found


def _cut(terms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(term[:LONGEST_TERM] for term in terms if term))[:_MOST_TERMS]
