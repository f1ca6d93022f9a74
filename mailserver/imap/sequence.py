"""Sets of numbers: `1,3:5,7:*` (RFC 9051 §9, sequence-set)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LARGEST = 4_294_967_295
STAR = 0
"""Stands for the largest number there is."""


@dataclass(frozen=True, slots=True)
class NumberSet:
    """Ranges as they were written, both ends within; `STAR` for `*`. `saved` is `$` (RFC 5182)."""

    ranges: tuple[tuple[int, int], ...]
    saved: bool = False

    def bounds(self, largest: int) -> list[tuple[int, int]]:
        """The ranges with `*` put in and the smaller number first, rising; those that meet are one."""
        known = [(first or largest, last or largest) for first, last in self.ranges]
        merged: list[tuple[int, int]] = []
        for low, high in sorted((min(pair), max(pair)) for pair in known):
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = merged[-1][0], max(high, merged[-1][1])
            else:
                merged.append((low, high))
        return merged


def parse(text: bytes) -> NumberSet:
    """Read a set; raises ValueError for what is none."""
    if text == b"$":
        return NumberSet((), saved=True)
    return NumberSet(tuple(map(_range, text.split(b","))))


def within(numbers: Iterable[int], bounds: Sequence[tuple[int, int]]) -> list[int]:
    """Keep of numbers that rise those within ranges that rise."""
    kept: list[int] = []
    at = 0
    for number in numbers:
        while at < len(bounds) and bounds[at][1] < number:
            at += 1
        if at < len(bounds) and bounds[at][0] <= number:
            kept.append(number)
    return kept


def written(numbers: Iterable[int]) -> str:
    """Write numbers in their order; those that rise by one are a run."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in runs)


def _range(text: bytes) -> tuple[int, int]:
    first, colon, last = text.partition(b":")
    return _number(first), _number(last) if colon else _number(first)


def _number(text: bytes) -> int:
    if text == b"*":
        return STAR
    if not text.isdigit() or len(text) > len(str(LARGEST)) or not 0 < int(text) <= LARGEST:
        raise ValueError("a number is expected")
    return int(text)
