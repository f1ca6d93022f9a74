"""Patterns of mailbox names: % stands for anything within a level, * for anything (RFC 9051 §6.3.9)."""

from collections.abc import Sequence

_LONGEST = 1000


class Pattern:
    """One or more patterns, matched in time that grows with the length of pattern and name only."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_tidy(pattern[:_LONGEST]) for pattern in patterns]

    @property
    def stops_at_levels(self) -> bool:
        """Tell whether it has a %, which names what stands above."""
        return any(pattern.endswith("%") for pattern in self._patterns)

    def fits(self, name: str) -> bool:
        """Tell whether one of them fits the whole name."""
        return any(_fits(pattern, name) for pattern in self._patterns)


def with_inbox(name: str) -> str:
    """Write INBOX, in any case, in capitals, and what is below it (RFC 9051 §5.1)."""
    return "INBOX" + name[5:] if name[:5].upper() == "INBOX" and name[5:6] in ("", "/") else name


def _tidy(pattern: str) -> str:
    """INBOX in any case is one name; several stars are one."""
    while "**" in pattern:
        pattern = pattern.replace("**", "*")
    return with_inbox(pattern)


def _fits(pattern: str, name: str) -> bool:
    """Follow all ways through the pattern at once: the set of places that the name so far can lead to."""
    places = _closed({0}, pattern)
    for letter in name:
        places = _closed({_step(pattern, place, letter) for place in places} - {-1}, pattern)
        if not places:
            return False
    return len(pattern) in places


def _step(pattern: str, place: int, letter: str) -> int:
    """Where a letter leads from a place; -1 for nowhere."""
    if place == len(pattern):
        return -1
    sign = pattern[place]
    if sign == "*" or (sign == "%" and letter != "/"):
        return place
    return place + 1 if sign == letter and sign != "%" else -1


def _closed(places: set[int], pattern: str) -> set[int]:
    """With the places behind wildcards that stand for nothing."""
    found = set(places)
    for reached in places:
        place = reached
        while place < len(pattern) and pattern[place] in "*%":
            place += 1
            found.add(place)
    return found
