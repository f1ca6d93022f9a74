"""RETURN (…) of SEARCH and SORT: what of a result is told, and kept (RFC 4731, RFC 5182, RFC 5267)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .lexer import Lexer
from .replies import Bad
from .sequence import written

_ENDS = {"MIN": 0, "MAX": -1}
_KNOWN = {"MIN", "MAX", "ALL", "COUNT", "SAVE", "CONTEXT", "UPDATE", "PARTIAL"}


@dataclass(slots=True)
class Wanted:
    """The words, and which places of the result PARTIAL names: the first and the last, from 1."""

    words: set[str] = field(default_factory=set)
    partial: tuple[int, int] | None = None

    def told(self, numbers: Sequence[int]) -> list[str]:
        """What is told of a result."""
        told = [f"{end} {numbers[at]}" for end, at in _ENDS.items() if numbers and end in self.words]
        if "ALL" in self.words and numbers:
            told.append(f"ALL {written(numbers)}")
        if "COUNT" in self.words:
            told.append(f"COUNT {len(numbers)}")
        if self.partial:
            first, last = self.partial
            told.append(f"PARTIAL ({first}:{last} {written(numbers[first - 1 : last]) or 'NIL'})")
        return told

    def meant(self, uids: Sequence[int]) -> list[int]:
        """What an answer is about: all that was found, or only what it names."""
        if not uids or self.words & {"ALL", "COUNT"}:
            return list(uids)
        if self.partial:
            return list(uids[self.partial[0] - 1 : self.partial[1]])
        if not self.words & _ENDS.keys():
            return list(uids)
        return sorted({uids[at] for end, at in _ENDS.items() if end in self.words})


def read(args: Lexer) -> Wanted | None:
    """Read RETURN (…); None when it isn't there."""
    if not args.take(b"RETURN "):
        return None
    wanted = Wanted()
    args.expect(b"(")
    while not args.take(b")"):
        if wanted.words:
            args.space()
        word = args.atom()
        if word not in _KNOWN:
            raise Bad(f"{word} can't be returned")
        if word == "PARTIAL":
            wanted.partial = _places(args)
        wanted.words.add(word)
    args.space()
    if wanted.words >= {"PARTIAL", "ALL"}:
        raise Bad("PARTIAL and ALL exclude each other")
    if not wanted.words - {"CONTEXT"}:
        wanted.words.add("ALL")
    return wanted


def _places(args: Lexer) -> tuple[int, int]:
    args.space()
    one = args.number()
    args.expect(b":")
    other = args.number()
    if not one or not other:
        raise Bad("Places are counted from 1")
    return min(one, other), max(one, other)
