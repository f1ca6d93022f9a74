"""Parameters of MAIL and RCPT (RFC 5321 §4.1.1.11, RFC 1870, RFC 6152, RFC 6531)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .replies import BAD_PARAMETER, UNKNOWN_PARAMETER
from .reply import Reply

_KEYWORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")

type Shapes = Mapping[str, re.Pattern[str] | None]
"""Keyword -> what its value must look like; None takes no value."""

MAIL: Shapes = {
    "SIZE": re.compile(r"[0-9]{1,20}"),
    "BODY": re.compile(r"7BIT|8BITMIME", re.IGNORECASE),
    "SMTPUTF8": None,
}
RCPT: Shapes = {}


@dataclass(frozen=True)
class ParameterError(Exception):
    """A parameter that is not taken; `reply` says why."""

    reply: Reply


def read(text: str, shapes: Shapes) -> dict[str, str]:
    """Read `KEY=value KEY …` into {"KEY": value or ""}; anything unknown, twice or misshapen is refused."""
    found: dict[str, str] = {}
    for word in text.split():
        key, equals, value = word.partition("=")
        key = key.upper()
        if not _KEYWORD.fullmatch(key) or key in found:
            raise ParameterError(BAD_PARAMETER)
        if key not in shapes:
            raise ParameterError(UNKNOWN_PARAMETER)
        shape = shapes[key]
        if (shape is None and equals) or (shape is not None and not shape.fullmatch(value)):
            raise ParameterError(BAD_PARAMETER)
        found[key] = value
    return found
