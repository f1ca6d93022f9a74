"""The mixture of messages that two IMAP servers are compared on: made, odd and broken, and real ones."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bench.generate import Generator

from . import generate
from .spam_assassin import download

_BARE_LINE_END = re.compile(rb"(?<!\r)\n")
_BEGIN = datetime(2021, 1, 1, 21, 30, tzinfo=UTC)
_FLAGS = ("\\Seen", "\\Answered", "\\Flagged", "\\Draft", "\\Deleted", "$Forwarded", "work")
_MADE = 150
_OF_CASES = 2
"""Every so many of the odd and broken ones, which come in series."""


class Sample(NamedTuple):
    """A message as it is appended: its bytes with CRLF, its flags and the time it was received."""

    name: str
    raw: bytes
    flags: str
    received_at: datetime


def samples(count: int, cache: Path) -> list[Sample]:
    """So many messages, the same ones every time; the collection of real ones fills up what is left.

    Dovecot keeps no NUL, no bare LF and nothing empty: such messages are left out, and lines end in CRLF, as
    they do on the wire.
    """
    usable = ((name, raw) for name, raw in _sources(count, cache) if raw and b"\0" not in raw)
    return [
        Sample(name, _BARE_LINE_END.sub(b"\r\n", raw), _flags(number), _received(number))
        for number, (name, raw) in enumerate(islice(usable, count))
    ]


def _sources(count: int, cache: Path) -> Iterator[tuple[str, bytes]]:
    for number, made in enumerate(Generator(1, "reader@corpus.test").messages(_MADE)):
        yield f"made-{number}", made.raw
    cases = list(generate.stored())[::_OF_CASES]
    yield from ((case.name, case.raw) for case in cases)
    paths = sorted(download(cache).glob("*/*.txt"))
    step = max(1, len(paths) // max(1, count - _MADE - len(cases) + 20))
    for path in paths[::step]:
        raw = path.read_bytes()
        yield f"{path.parent.name}/{path.stem}", raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw


def _flags(number: int) -> str:
    return " ".join(flag for place, flag in enumerate(_FLAGS, 2) if number % place == 0)


def _received(number: int) -> datetime:
    return _BEGIN + timedelta(hours=number * 7)
