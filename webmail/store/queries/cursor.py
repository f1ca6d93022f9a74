"""Where a page of a list begins: a place in the order, not a number of rows to skip."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from .. import columns

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row's place: its time and its id, behind those that are pinned or among them.

    `position` counts the rows before the page.
    """

    at: datetime
    id: int
    position: int = 0
    pinned: bool = False

    def __str__(self) -> str:
        text = f"{(self.at - _EPOCH) // _MICROSECOND}.{self.id}.{self.position}"
        return f"{text}.1" if self.pinned else text

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `str` wrote; None for anything else, as an address can be edited."""
        try:
            at, key, position, *pinned = (int(piece) for piece in text.split("."))
            return cls(_EPOCH + at * _MICROSECOND, key, max(0, position), bool(pinned))
        except (ValueError, OverflowError):
            return None


def window(
    names: Sequence[str], before: Cursor | None, after: Cursor | None, *, ascending: bool = False
) -> tuple[str, list[Any], str]:
    """Keep the rows behind `before`, or in front of `after`: condition, parameters, order from there on.

    `names` are the columns of the order, of which [pinned, time, id] are the places' last ones. Compared as a
    row they are a range of the index on both databases; `< or (= and <)` reads the whole list.
    """
    direction = "ASC" if ascending == (after is None) else "DESC"
    cursor = before if after is None else after
    if cursor is None:
        return "", [], direction
    place = [cursor.pinned, columns.parameter(cursor.at), cursor.id][-len(names) :]
    condition = f" AND ({', '.join(names)}) {'>' if direction == 'ASC' else '<'} "
    return f"{condition}({', '.join(['%s'] * len(names))})", place, direction
