"""DKIM (RFC 6376, RFC 8301, RFC 8463): which of a message's signatures hold, and which fields they cover.

The pattern of dkimpy's that empties b= is asked only of signatures of usual form.
"""

import re
import time
from dataclasses import dataclass
from datetime import datetime

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from .signed import (
    ALGORITHMS,
    LONGEST_SIGNATURE,
    Ask,
    Refused,
    SignedMessage,
    Tags,
    check_body,
    check_header,
    public_key,
    text_of,
)

SECONDS = 5.0
MOST_SIGNATURES = 5
_MOST_SIGNED = 200
_LONG_SPACE = re.compile(rb"\s{64}")
_CLOCKS = 36_000
"""Seconds that the clocks of signer and receiver may differ, as dkimpy has it."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What became of one: `result` as in RFC 8601 §2.7.1 (pass, fail, permerror, temperror, policy).

    `covered` are the names of the fields, in lower case, each instance of which in the message is signed.
    """

    domain: str
    selector: str
    result: str
    reason: str = ""
    covered: frozenset[str] = frozenset()


def verify(raw: bytes, ask: Ask, *, at: datetime, seconds: float = SECONDS) -> list[Signature]:
    """Try the signatures of a message, as of the time it came `at`: the first five, while there is time.

    `seconds` bound the whole, but for the question to the DNS that is under way when they are over. Never
    raises because of the message.
    """
    deadline = time.monotonic() + seconds
    try:
        message = SignedMessage(raw)
    except (dkim.MessageFormatError, IndexError):
        return []
    return [
        _try(message, number, ask, at, deadline)
        for number in range(len(message.signatures[:MOST_SIGNATURES]))
    ]


def _try(message: SignedMessage, number: int, ask: Ask, at: datetime, deadline: float) -> Signature:
    tags: Tags = {}
    try:
        tags = _tags(message.signatures[number][1], at)
        signed = [name.strip().lower() for name in tags[b"h"].split(b":")]
        _check_body(message, tags, deadline)
        key = public_key(tags, ask)
        # One From more than is signed would be one that nobody signed.
        field = message.signatures[number]
        check_header(message, field, tags, [*signed, b"from"], key)
    except Refused as refusal:
        return Signature(text_of(tags, b"d"), text_of(tags, b"s"), refusal.result, str(refusal))
    covered = frozenset(message.covered(signed))
    return Signature(text_of(tags, b"d"), text_of(tags, b"s"), "pass", covered=covered)


def _tags(value: bytes, at: datetime) -> Tags:
    """Read a signature and check what it says of itself (RFC 6376 §6.1.1)."""
    if len(value) > LONGEST_SIGNATURE or _LONG_SPACE.search(value):
        raise Refused("permerror", "a signature of unusual form")
    try:
        tags: Tags = parse_tag_value(value)
        # It compares x= with the clock of today; a message may be looked at long after it came.
        dkim.validate_signature_fields({name: each for name, each in tags.items() if name != b"x"})
    except (InvalidTagValueList, dkim.ValidationError, ValueError, IndexError) as error:
        raise Refused("permerror", str(error)) from error
    if tags[b"a"] not in ALGORITHMS:
        raise Refused("policy", "SHA-1 proves nothing (RFC 8301 §3.1)")
    expires = tags.get(b"x", b"")
    if expires and (not expires.isdigit() or int(expires[:15]) + _CLOCKS < at.timestamp()):
        raise Refused("permerror", "it was too old when the message came")
    signed = [name.strip().lower() for name in tags[b"h"].split(b":")]
    if b"from" not in signed or len(signed) > _MOST_SIGNED:
        raise Refused("permerror", "From is not signed, or too much is")
    return tags


def _check_body(message: SignedMessage, tags: Tags, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise Refused("temperror", "no time left")
    check_body(message, tags)
