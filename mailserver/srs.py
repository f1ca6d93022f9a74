"""The Sender Rewriting Scheme: a sender that reports come back to, whoever forwards (Shevek, 2004)."""

import base64
import hmac
import re

DAYS = 21
"""How long reports are taken for; a message is given up long before."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_ROUND = 1024  # days that two letters count
_HASH_LETTERS = 6
_SRS0 = re.compile(r"SRS0[=+-]([^=]+)=([^=]{2})=([^=]+)=(.+)", re.IGNORECASE)
_SRS1 = re.compile(r"SRS1[=+-]([^=]+)=([^=]+)=([=+-].+)", re.IGNORECASE)


class SrsError(ValueError):
    """This address was not made here, or too long ago."""


def is_rewritten(address: str) -> bool:
    """Tell an address that looks like one of these."""
    return address[:4].upper() in ("SRS0", "SRS1") and address[4:5] in ("=", "+", "-")


def forward(sender: str, domain: str, key: bytes, day: int) -> str:
    """Write a sender as an address at `domain`; `day` counts from any day on.

    A sender that another forwarder has rewritten goes back to that one (SRS1). The null sender stays, and so
    does a quoted local part, which can't be a part of another.
    """
    local, _, host = sender.rpartition("@")
    if not local or local.startswith('"'):
        return sender
    if first := _SRS1.fullmatch(local):
        return f"SRS1={_hash(key, first[2], first[3])}={first[2]}={first[3]}@{domain}"
    if _SRS0.fullmatch(local):
        return f"SRS1={_hash(key, host, local[4:])}={host}={local[4:]}@{domain}"
    stamp = _stamp(day)
    return f"SRS0={_hash(key, stamp, host, local)}={stamp}={host}={local}@{domain}"


def reverse(address: str, key: bytes, day: int) -> str:
    """Say whom such an address of ours stands for; raises SrsError."""
    local = address.rpartition("@")[0]
    if found := _SRS1.fullmatch(local):
        _check(found[1], _hash(key, found[2], found[3]))
        return f"SRS0{found[3]}@{found[2]}"
    found = _SRS0.fullmatch(local)
    if not found:
        raise SrsError("not a rewritten sender")
    _check(found[1], _hash(key, found[2], found[3], found[4]))
    if (day - _day(found[2])) % _ROUND > DAYS:
        raise SrsError("too old")
    return f"{found[4]}@{found[3]}"


def _hash(key: bytes, *parts: str) -> str:
    """Sign it; in one case, as some servers write addresses in theirs."""
    digest = hmac.digest(key, "=".join(parts).lower().encode(), "sha256")
    return base64.b32encode(digest).decode().lower()[:_HASH_LETTERS]


def _check(given: str, right: str) -> None:
    if not hmac.compare_digest(given.lower().encode(), right.encode()):
        raise SrsError("not made here")


def _stamp(day: int) -> str:
    return _LETTERS[day % _ROUND // 32] + _LETTERS[day % 32]


def _day(stamp: str) -> int:
    high, low = (_LETTERS.find(letter) for letter in stamp.lower())
    if min(high, low) < 0:
        raise SrsError("not made here")
    return high * 32 + low
