"""Marking the words of a query in what it found, as the index finds them and where they were asked for."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from mailserver.query import Node, Text, words_of
from webmail.store.terms import CJK, is_sign, sequence

type Marker = Callable[[str], str]
"""Escapes a text and marks hits in it."""

_SUBJECT = frozenset({"", "subject"})
_PREVIEW = frozenset({""})
_PEOPLE = frozenset({"", "from", "to", "cc", "bcc"})
_SHOWN = _SUBJECT | _PEOPLE | {"filename"}
_NO_LETTER_BEFORE, _NO_LETTER_AFTER = (f"(?{look}[^\\W_{CJK}])" for look in ("<!", "!"))


@dataclass(frozen=True, slots=True)
class Marks:
    """How each part of a line of the list is written."""

    subject: Marker = escape
    preview: Marker = escape
    people: Marker = escape


NONE = Marks()


def of(tree: Node | None) -> Marks:
    """Mark what a query asked for where it asked for it: a sender's name not in the subject."""
    words = words_of(tree)
    return Marks(*(_marker(words, fields) for fields in (_SUBJECT, _PREVIEW, _PEOPLE)))


def spoken(tree: Node | None) -> str:
    """Write the words for `search-marks.js`: parted by commas, a star where a word may go on."""
    found = (f"{' '.join(words)}{'*' if prefix else ''}" for words, prefix in _wanted(words_of(tree), _SHOWN))
    return ",".join(dict.fromkeys(found))


def _marker(words: Iterable[Text], fields: Collection[str]) -> Marker:
    wanted = sorted(_wanted(words, fields), key=lambda each: -len(" ".join(each[0])))
    if not wanted:
        return escape
    pattern = re.compile("|".join(_pattern(*each) for each in wanted), re.IGNORECASE)

    def marked(shown: str) -> str:
        pieces, end = [], 0
        for hit in pattern.finditer(shown):
            pieces.append(f"{escape(shown[end : hit.start()])}<mark>{escape(hit.group())}</mark>")
            end = hit.end()
        pieces.append(escape(shown[end:]))
        return "".join(pieces)

    return marked


def _wanted(texts: Iterable[Text], fields: Collection[str]) -> list[tuple[list[str], bool]]:
    found = [(sequence(text.value).split(), text.prefix) for text in texts if text.field in fields]
    return [(words, prefix) for words, prefix in found if words]


def _pattern(words: list[str], prefix: bool) -> str:
    """Find words that follow each other; signs of a script without spaces may touch their neighbours."""
    pieces = ["" if is_sign(words[0]) else _NO_LETTER_BEFORE, re.escape(words[0])]
    for before, word in pairwise(words):
        pieces += [r"[\W_]*" if is_sign(before) or is_sign(word) else r"[\W_]+", re.escape(word)]
    pieces.append("" if prefix or is_sign(words[-1]) else _NO_LETTER_AFTER)
    return "".join(pieces)
