"""Cut a query into tokens, in one pass over the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .operators import NAMES, near
from .problem import Problem
from .tree import Span

# What a Chinese keyboard writes counts as its Latin sign.
_QUOTES: Final = '"“”„‟＂'
_OPEN: Final = {"(": "(", "（": "(", "{": "{"}
_CLOSE: Final = {")": "(", "）": "(", "}": "{"}
_OPERATOR = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,20})[:：]")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: kind is word, phrase, operator, or one of ( ) { } - OR AND NOT."""

    kind: str
    text: str
    at: Span


class Lexer:
    """Yields the tokens of a text; `problems` says what it had to mend."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self._at = 0
        self._open: list[tuple[str, int]] = []

    def tokens(self) -> Iterator[Token]:
        """Cut; each pass through the loop goes at least one character on."""
        text, end = self.text, len(self.text)
        while self._at < end:
            sign = text[self._at]
            if sign.isspace():
                self._at += 1
            elif sign in _OPEN:
                yield self._opened(_OPEN[sign])
            elif sign in _CLOSE:
                yield from self._closed(_CLOSE[sign])
            elif sign in _QUOTES:
                yield self._phrase()
            elif sign == "-":
                yield from self._minus()
            else:
                yield self._word()
        yield from self._close_rest()

    def _take(self, kind: str, text: str, length: int) -> Token:
        start = self._at
        self._at += length
        return Token(kind, text, (start, self._at))

    def _opened(self, kind: str) -> Token:
        self._open.append((kind, self._at))
        return self._take(kind, kind, 1)

    def _closed(self, opener: str) -> Iterator[Token]:
        if self._open and self._open[-1][0] == opener:
            self._open.pop()
            yield self._take(")" if opener == "(" else "}", opener, 1)
            return
        self.problems.append(Problem("stray_bracket", self._at, self._at + 1))
        self._at += 1

    def _close_rest(self) -> Iterator[Token]:
        end = len(self.text)
        while self._open:
            kind, at = self._open.pop()
            self.problems.append(Problem("bracket", at, at + 1))
            yield Token(")" if kind == "(" else "}", "", (end, end))

    def _phrase(self) -> Token:
        start, end = self._at + 1, len(self.text)
        close = next((at for at in range(start, end) if self.text[at] in _QUOTES), end)
        if close == end:
            self.problems.append(Problem("quote", self._at, end))
        return self._take(
            "phrase", self.text[start:close], close + 1 - self._at if close < end else end - self._at
        )

    def _minus(self) -> Iterator[Token]:
        """A minus belongs to what follows it at once; one alone is nothing."""
        after = self.text[self._at + 1 : self._at + 2]
        if after and not after.isspace() and after not in _CLOSE:
            yield self._take("-", "-", 1)
        else:
            self._at += 1

    def _word(self) -> Token:
        found = _OPERATOR.match(self.text, self._at)
        if found and found[1].lower() in NAMES:
            return self._take("operator", found[1].lower(), found.end() - self._at)
        start, end = self._at, self._end_of_word()
        word = self.text[start:end]
        if found and not word[len(found[0]) :].startswith("//") and (meant := near(found[1].lower())):
            self.problems.append(Problem("operator", start, found.end(), meant))
        return self._take(word if word in {"OR", "AND", "NOT"} else "word", word, end - start)

    def _end_of_word(self) -> int:
        """A word goes on to a space, a quote or a bracket."""
        for at in range(self._at, len(self.text)):
            sign = self.text[at]
            if sign.isspace() or sign in _QUOTES or sign in _OPEN or sign in _CLOSE:
                return at
        return len(self.text)
