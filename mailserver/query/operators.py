"""The operators: their names, what values they take, and the condition each makes."""

import re
from datetime import date
from difflib import get_close_matches
from typing import Final

from .tree import Age, Day, Has, In, Is, Leaf, MessageId, Remote, Size, Span, Status, Text

FIELDS: Final = {
    "from": "from",
    "to": "to",
    "cc": "cc",
    "bcc": "bcc",
    "subject": "subject",
    "filename": "filename",
    "list": "list",
    "deliveredto": "deliveredto",
}
STATES: Final = ("unread", "read", "starred", "muted", "snoozed", "pinned", "draft", "answered")
THINGS: Final = ("attachment",)
STATUSES: Final = ("waiting", "deferred", "sending", "delivered", "failed", "cancelled")
_SAME: Final = {
    "star": "starred",
    "starred": "starred",
    "attachments": "attachment",
    "queued": "waiting",
    "bounced": "failed",
    "canceled": "cancelled",
    "sent": "delivered",
}
_CHOICES: Final[dict[str, tuple[type[Is | Has | Status], tuple[str, ...]]]] = {
    "is": (Is, STATES),
    "has": (Has, THINGS),
    "status": (Status, STATUSES),
}
_DAYS: Final = {"before": True, "older": True, "after": False, "newer": False}
_AGES: Final = {"older_than": True, "newer_than": False}
_SIZES: Final = {"larger": True, "size": True, "smaller": False}

NAMES: Final = frozenset(
    {*FIELDS, *_CHOICES, *_DAYS, *_AGES, *_SIZES, "in", "label", "rfc822msgid", "remote"}
)

_DATE = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?", re.ASCII)
_YEARS: Final = range(1970, 2100)
_PERIOD = re.compile(r"(\d{1,4})([hdwmy])", re.ASCII)
_SIZE = re.compile(r"(\d{1,12})(?:\.(\d{1,3}))?([kmg]?)(?:i?b)?", re.ASCII)
_UNITS: Final = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_DOMAIN = re.compile(r"[^\s@:/()]{1,253}")


class ValueProblem(ValueError):
    """An operator doesn't take this value; `code` is one of `Problem`'s."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def near(name: str) -> str:
    """Name the operator that was probably meant by one that doesn't exist; "" when none is near."""
    if len(name) < 3:
        return ""
    return next(iter(get_close_matches(name, sorted(NAMES), n=1, cutoff=0.75)), "")


def leaf(name: str, value: str, *, quoted: bool, at: Span) -> Leaf:
    """Make the condition of an operator; raises ValueProblem."""
    if name in FIELDS:
        return text(value, field=FIELDS[name], quoted=quoted, at=at)
    if name in _CHOICES:
        return _choice(name, value.lower(), at)
    if name in _DAYS:
        return Day(_DAYS[name], _date(value), at)
    if name in _AGES:
        return _age(_AGES[name], value.lower(), at)
    if name in _SIZES:
        return Size(_SIZES[name], _size(value.lower()), at)
    if name == "rfc822msgid":
        return MessageId(value.strip("<>"), at)
    if name == "remote":
        return _remote(value, at)
    return In(value, name == "label", at)


def text(value: str, *, field: str = "", quoted: bool, at: Span) -> Text:
    """Make the condition of a word or a phrase; a star at a word's end asks for what begins so."""
    bare = value.rstrip("*")
    prefix = not quoted and 0 < len(bare) < len(value)
    return Text(bare if prefix else value, field, exact=quoted, prefix=prefix, at=at)


def _choice(name: str, value: str, at: Span) -> Leaf:
    kind, choices = _CHOICES[name]
    chosen = _SAME.get(value, value)
    if chosen not in choices:
        raise ValueProblem("value")
    return kind(chosen, at)


def _date(value: str) -> date:
    """Read 2026, 2026/11 or 2026/11/22, with / - or . between."""
    found = _DATE.fullmatch(value)
    if not found or int(found[1]) not in _YEARS:
        raise ValueProblem("date")
    try:
        return date(int(found[1]), int(found[3] or 1), int(found[4] or 1))
    except ValueError as error:
        raise ValueProblem("date") from error


def _age(older: bool, value: str, at: Span) -> Age:
    found = _PERIOD.fullmatch(value)
    if not found:
        raise ValueProblem("period")
    return Age(older, int(found[1]), found[2], at)


def _size(value: str) -> int:
    """Read bytes: 500, 20k, 5M, 1.5 GB."""
    found = _SIZE.fullmatch(value.replace(" ", ""))
    if not found:
        raise ValueProblem("size")
    unit = _UNITS[found[3]]
    fraction = int((found[2] or "").ljust(3, "0")) * unit // 1000
    return int(found[1]) * unit + fraction


def _remote(value: str, at: Span) -> Remote:
    domain = value.rpartition("@")[2].strip(".").lower()
    if not _DOMAIN.fullmatch(domain):
        raise ValueProblem("domain")
    return Remote(domain, at)
