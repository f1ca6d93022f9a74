"""Items of FETCH that are one value of a row each: columns of them, and how each is written."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from . import answers, dates
from .backend import Row


class Column(NamedTuple):
    """How an item is written, and its values of some rows."""

    form: bytes
    values: Callable[[Sequence[Row]], Iterable[object]]


def _plain(form: bytes, name: str) -> Column:
    get = attrgetter(name)
    return Column(form, lambda rows: map(get, rows))


COLUMNS: dict[str, Column] = {
    "FLAGS": Column(b"FLAGS (%b)", lambda rows: [row.flags.encode() for row in rows]),
    "UID": _plain(b"UID %d", "uid"),
    "INTERNALDATE": Column(b"INTERNALDATE %b", lambda rows: [dates.written(row.received_at) for row in rows]),
    "RFC822.SIZE": _plain(b"RFC822.SIZE %d", "size"),
    "MODSEQ": _plain(b"MODSEQ (%d)", "modseq"),
    "SAVEDATE": Column(b"SAVEDATE %b", lambda rows: [dates.written(row.saved_at) for row in rows]),
    "EMAILID": _plain(b"EMAILID (M%d)", "message"),
    "THREADID": _plain(b"THREADID (T%d)", "thread"),
    "PREVIEW": Column(b"PREVIEW %b", lambda rows: [answers.string(row.preview) for row in rows]),
    "X-GM-MSGID": _plain(b"X-GM-MSGID %d", "message"),
    "X-GM-THRID": _plain(b"X-GM-THRID %d", "thread"),
}


def column_of(item: str, rows: Sequence[Row]) -> tuple[bytes, Iterable[object]]:
    """How an item is written, and its values of these rows."""
    form, values = COLUMNS[item]
    return form, values(rows)


def value(item: str, row: Row) -> bytes:
    """One item of one row."""
    form, values = column_of(item, [row])
    return form % next(iter(values))


def lines(numbers: Iterable[int], columns: Sequence[tuple[bytes, Iterable[object]]]) -> bytes:
    """The answers of a batch: the number of each message, and how each item is written with its values."""
    forms, values = zip(*columns, strict=True)
    line = b"* %%d FETCH (%b)\r\n" % b" ".join(forms)
    return b"".join([line % row for row in zip(numbers, *values, strict=True)])
