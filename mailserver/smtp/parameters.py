"""Parameters of MAIL and RCPT (RFC 5321 §4.1.1.11, RFC 1870, 3461, 4954 §5, 6152, 6531, 8689)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .envelope import Wishes
from .replies import BAD_PARAMETER, UNKNOWN_PARAMETER
from .reply import Reply

_KEYWORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_XTEXT = r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})"
_XCHAR = re.compile(r"\+([0-9A-F]{2})")
_EVENT = "(?:SUCCESS|FAILURE|DELAY)"

type Shapes = Mapping[str, re.Pattern[str] | None]
"""Keyword -> what its value must look like; None takes no value."""

MAIL: Shapes = {
    "SIZE": re.compile(r"[0-9]{1,20}"),
    "BODY": re.compile(r"7BIT|8BITMIME", re.IGNORECASE),
    "SMTPUTF8": None,
    "RET": re.compile(r"FULL|HDRS", re.IGNORECASE),
    "ENVID": re.compile(_XTEXT + "{1,100}"),
    "REQUIRETLS": None,
}
SUBMISSION: Shapes = {**MAIL, "AUTH": re.compile(rf"{_XTEXT}{{1,500}}|<>")}
RCPT: Shapes = {
    "NOTIFY": re.compile(rf"NEVER|{_EVENT}(?:,{_EVENT}){{0,2}}", re.IGNORECASE),
    # A forward path in UTF-8 may stand here as it is (RFC 6533 §3).
    "ORCPT": re.compile(rf"[A-Za-z0-9-]{{1,60}};(?:{_XTEXT}|[=\\{{}}\x80-\U0010ffff]){{1,500}}"),
}


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


def wishes(options: Mapping[str, str]) -> Wishes:
    """Read what is to be told of a recipient, and by which address (RFC 3461 §4.1, §4.2)."""
    kind, _, address = options.get("ORCPT", "").partition(";")
    readable = kind.lower() in ("rfc822", "utf-8")
    return Wishes(options.get("NOTIFY", "").upper(), decode_xtext(address) if readable else "")


def decode_xtext(text: str) -> str:
    """Undo the encoding of RFC 3461 §4; controls stay encoded."""
    return _XCHAR.sub(lambda match: _readable(match[0], chr(int(match[1], 16))), text)


def _readable(encoded: str, character: str) -> str:
    return character if character.isprintable() and character.isascii() else encoded
