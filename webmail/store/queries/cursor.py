"""Where a page of a list begins: a place in the order, not a number of rows to skip."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.db.models import Model, QuerySet

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


def window[M: Model](
    rows: QuerySet[M], *, time: str, key: str, before: Cursor | None, after: Cursor | None
) -> QuerySet[M]:
    """Keep the rows older than `before`, or newer than `after`, and order them from that end.

    `<= and not (= and >=)` is a range of the index on both databases; `< or (= and <)` reads the whole list.
    """
    if after is not None:
        newer: dict[str, Any] = {f"{time}__gte": after.at}
        not_newer: dict[str, Any] = {time: after.at, f"{key}__lte": after.id}
        return rows.filter(**newer).exclude(**not_newer).order_by(time, key)
    if before is not None:
        older: dict[str, Any] = {f"{time}__lte": before.at}
        not_older: dict[str, Any] = {time: before.at, f"{key}__gte": before.id}
        rows = rows.filter(**older).exclude(**not_older)
    return rows.order_by(f"-{time}", f"-{key}")
