"""The tokeniser of the full-text index: one for what is stored and what is asked.

Words are runs of letters, digits and marks after NFKC and case folding. Scripts written without spaces are
cut into overlapping pairs with the last character by itself, so that two characters, or one, find their text.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

MAX_TERMS = 20_000
_MAX_LENGTH = 64
CJK: Final = (
    "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
)
_WORD = re.compile(r"\w+")
_PLAIN = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128))
_CJK_RUN = re.compile(f"([{CJK}]+)")
_CJK_SIGN = re.compile(f"([{CJK}])")


def folded(text: str) -> str:
    """Bring text to the form in which it is compared."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def terms(text: str) -> frozenset[str]:
    """Cut a stored text into the terms that find it; of a text with very many, some."""
    return frozenset(islice(_terms(text, singles=True), MAX_TERMS))


def query_terms(text: str) -> list[str]:
    """Cut what is asked for into terms that must all be there; only pairs, where a run has two or more."""
    return list(dict.fromkeys(islice(_terms(text, singles=False), MAX_TERMS)))


def sequence(text: str) -> str:
    """Write the words of a text in their order, each sign of a script without spaces as a word.

    Words follow each other in a text where the sequence of the words is part of the text's.
    """
    if text.isascii():
        return f" {' '.join(text.translate(_PLAIN).split())} "
    words = _WORD.findall(_CJK_SIGN.sub(r" \1 ", folded(text)).replace("_", " "))
    return f" {' '.join(words)} "


def is_sign(word: str) -> bool:
    """Tell whether a word of `sequence` is a sign of a script without spaces."""
    return _CJK_SIGN.fullmatch(word) is not None


def has_run(text: str) -> bool:
    """Tell whether a text has three characters that are found as pairs, so that a hit may have them apart."""
    return any(len(run) > 2 for run in _CJK_RUN.findall(folded(text)))


def _terms(text: str, *, singles: bool) -> Iterator[str]:
    """Yield the terms of a text; ASCII, most of most texts, goes the short way without a pattern."""
    chunks = dict.fromkeys(text.split())
    plain = " ".join([chunk for chunk in chunks if chunk.isascii()])
    for word in dict.fromkeys(plain.translate(_PLAIN).split()):
        yield word[:_MAX_LENGTH]
    for chunk in chunks:
        if not chunk.isascii():
            yield from _foreign(chunk, singles=singles)


def _foreign(chunk: str, *, singles: bool) -> Iterator[str]:
    for word in _WORD.findall(folded(chunk).replace("_", " ")):
        for position, piece in enumerate(_CJK_RUN.split(word)):
            if position % 2:
                yield from _pairs(piece, singles=singles)
            elif piece:
                yield piece[:_MAX_LENGTH]


def _pairs(run: str, *, singles: bool) -> Iterator[str]:
    for first, second in pairwise(run):
        yield first + second
    if singles or len(run) == 1:
        yield run[-1]
