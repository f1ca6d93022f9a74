"""A rule and an answer as a script has them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from mailserver.query import Node, Size

EVERYTHING: Final = Size(larger=True, size=0)
"""The condition that all mail fits: `true`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A rule; `folder` is a path whose levels are parted by /, `forward_to` an address."""

    tree: Node
    name: str = ""
    enabled: bool = True
    folder: str = ""
    archives: bool = False
    stars: bool = False
    marks_read: bool = False
    trashes: bool = False
    forward_to: str = ""
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered on these days (RFC 5230); no last day: without end."""

    text: str
    subject: str
    first_day: date
    last_day: date | None
