"""Where a page of a list begins: a place in the order, not a number of rows to skip."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from .. import columns

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row's place, newest first: its time and its id; `position` counts the rows before the page."""

    at: datetime
    id: int
    position: int = 0

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}.{self.id}.{self.position}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `str` wrote; None for anything else, as an address can be edited."""
        try:
            at, key, position = (int(piece) for piece in text.split("."))
            return cls(_EPOCH + at * _MICROSECOND, key, max(0, position))
        except (ValueError, OverflowError):
            return None


def window(time: str, key: str, before: Cursor | None, after: Cursor | None) -> tuple[str, list[Any], str]:
    """Keep the rows older than `before`, or newer than `after`: condition, parameters, order from there on.

    `<= and not (= and >=)` is a range of the index on both databases; `< or (= and <)` reads the whole list.
    """
    if after is not None:
        return _beyond(time, key, ">=", "<="), _parameters(after), "ASC"
    if before is not None:
        return _beyond(time, key, "<=", ">="), _parameters(before), "DESC"
    return "", [], "DESC"


def _beyond(time: str, key: str, within: str, not_within: str) -> str:
    return f" AND {time} {within} %s AND NOT ({time} = %s AND {key} {not_within} %s)"


def _parameters(cursor: Cursor) -> list[Any]:
    at = columns.parameter(cursor.at)
    return [at, at, cursor.id]
