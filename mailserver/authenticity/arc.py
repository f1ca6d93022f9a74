"""ARC (RFC 8617), verified: what those who handed a message on say they found before they changed it."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dkim.util import InvalidTagValueList, parse_tag_value

from .results import Results, read
from .signed import (
    ALGORITHMS,
    LONGEST_SIGNATURE,
    Ask,
    Field,
    Refused,
    SignedMessage,
    Tags,
    check_body,
    check_header,
    decoded,
    public_key,
    relaxed_field,
    text_of,
    unsigned,
    verify_digest,
)

MOST_SETS = 50
_MOST_VERIFIED = 10
_MOST_SIGNED = 200
RESULTS, SIGNATURE, SEAL = b"arc-authentication-results", b"arc-message-signature", b"arc-seal"
ORDER = (RESULTS, SIGNATURE, SEAL)
_INSTANCE = re.compile(rb"\s*i\s*=\s*([0-9]{1,3})\s*(;.*)", re.DOTALL)
_LONG_SPACE = re.compile(rb"\s{64}")
_SEAL_TAGS = frozenset({b"a", b"b", b"cv", b"d", b"i", b"s"})
_SIGNATURE_TAGS = frozenset({b"a", b"b", b"bh", b"d", b"h", b"i", b"s"})
_NUMBER = re.compile(rb"[0-9]{1,15}")
_NAME = re.compile(
    rb"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*"
)


@dataclass(frozen=True, slots=True)
class Link:
    """One who handed the message on: the domain that sealed it, and what it says it had found."""

    domain: str
    results: Results


@dataclass(frozen=True, slots=True)
class Arc:
    """The chain: `result` is none, pass or fail, or temperror; `links` in the order of the way it took."""

    result: str
    links: tuple[Link, ...] = ()
    reason: str = ""
    length: int = 0
    """How many sets there are; when they are in disorder, none."""
    is_over: bool = False
    """A link says that the chain is broken, or it is in disorder: nothing is to be added (§5.1.2)."""


NONE = Arc("none")


@dataclass(frozen=True, slots=True)
class _Set:
    """The three fields of one instance, and the tags of two of them."""

    fields: Mapping[bytes, Field]
    signature: Tags
    seal: Tags


def verify(raw: bytes, ask: Ask, *, at: datetime) -> Arc:
    """Check the chain of a message as it came `at` that time (RFC 8617 §5.2). Never raises."""
    try:
        message = SignedMessage(raw)
        sets = _sets(message.fields)
    except Refused as refusal:
        # In disorder, nothing can be added that makes sense.
        return Arc("fail", reason=str(refusal), is_over=True)
    if not sets:
        return NONE
    is_over = any(each.seal[b"cv"] == b"fail" for each in sets)
    if is_over:
        return Arc("fail", reason="the chain was broken before", length=len(sets), is_over=True)
    try:
        _check(message, sets, ask, at)
    except Refused as refusal:
        result = "temperror" if refusal.result == "temperror" else "fail"
        return Arc(result, reason=str(refusal), length=len(sets))
    return Arc("pass", tuple(_link(each) for each in sets), length=len(sets))


def voucher(chain: Arc, domain: str, trusted: Collection[str]) -> str:
    """Name who is trusted and found by DMARC that a message was from `domain`; "" when nobody did.

    Of those at the end of its way that are trusted without a gap, the first: nobody else is to be believed
    about what they said.
    """
    vouching = ""
    for link in reversed(chain.links):
        if link.domain not in trusted:
            break
        passed = any(
            each.method == "dmarc" and each.result == "pass" and each.properties.get("header.from") == domain
            for each in link.results.results
        )
        vouching = link.domain if passed else ""
    return vouching


def _link(found: _Set) -> Link:
    value = found.fields[RESULTS][1]
    match = _INSTANCE.fullmatch(value)
    payload = match[2].lstrip(b"; \t\r\n") if match else b""
    return Link(text_of(found.seal, b"d"), read(b" ".join(payload.split())))


def sealed_before(fields: Sequence[Field]) -> list[Field]:
    """Return the fields of the sets that are there, in the order a seal covers them; raises Refused."""
    return [each.fields[kind] for each in _sets(fields) for kind in ORDER]


def _sets(fields: Sequence[Field]) -> list[_Set]:
    """Sort the fields into sets, 1 and on, each whole (§5.2 steps 1 to 3); raises Refused."""
    found: defaultdict[int, dict[bytes, Field]] = defaultdict(dict)
    for name, value in fields:
        kind = name.lower().rstrip()
        if kind in ORDER:
            number = _instance(kind, value)
            if kind in found[number]:
                raise Refused("fail", f"{kind.decode()} {number} stands twice")
            found[number][kind] = (name, value)
    if sorted(found) != list(range(1, len(found) + 1)) or len(found) > MOST_SETS:
        raise Refused("fail", "instances are missing, or too many")
    return [_set(number, found[number]) for number in sorted(found)]


def _instance(kind: bytes, value: bytes) -> int:
    if kind == RESULTS:
        match = _INSTANCE.fullmatch(value)
        number = match[1] if match else b""
    else:
        number = _tags(value).get(b"i", b"")
    if not number.isdigit() or not 1 <= int(number[:4]) <= MOST_SETS:
        raise Refused("fail", f"{kind.decode()} has no instance")
    return int(number)


def _set(number: int, fields: Mapping[bytes, Field]) -> _Set:
    if len(fields) != len(ORDER):
        raise Refused("fail", f"set {number} is not whole")
    signature, seal = _tags(fields[SIGNATURE][1]), _tags(fields[SEAL][1])
    if not signature.keys() >= _SIGNATURE_TAGS or not seal.keys() >= _SEAL_TAGS or b"h" in seal:
        raise Refused("fail", f"set {number} lacks tags, or has some that do not belong there")
    if seal[b"cv"] != b"fail" and seal[b"cv"] != (b"none" if number == 1 else b"pass"):
        raise Refused("fail", f"set {number} does not say how the chain stood")
    return _Set(fields, signature, seal)


def _tags(value: bytes) -> Tags:
    if len(value) > LONGEST_SIGNATURE or _LONG_SPACE.search(value):
        raise Refused("fail", "a field of unusual form")
    try:
        found: Tags = parse_tag_value(value)
    except (InvalidTagValueList, ValueError, IndexError) as error:
        raise Refused("fail", "a field that can't be read") from error
    return found


def _check(message: SignedMessage, sets: Sequence[_Set], ask: Ask, at: datetime) -> None:
    """Check the newest signature and every seal (§5.2 steps 4 to 6); of very long chains, no more."""
    if len(sets) > _MOST_VERIFIED:
        raise Refused("fail", "the chain is very long")
    field = sets[-1].fields[SIGNATURE]
    tags = {b"c": b"relaxed/relaxed"} | sets[-1].signature
    _check_tags(tags, at)
    signed = [name.strip().lower() for name in tags[b"h"].split(b":")]
    if SEAL in signed or len(signed) > _MOST_SIGNED:
        raise Refused("fail", "the seal is signed, or too much is")
    check_body(message, tags)
    check_header(message, field, tags, signed, public_key(tags, ask))
    for number in range(len(sets), 0, -1):
        _check_seal(sets[:number], ask, at)


def _check_seal(sets: Sequence[_Set], ask: Ask, at: datetime) -> None:
    tags = sets[-1].seal
    _check_tags(tags, at)
    covered = [each.fields[kind] for each in sets for kind in ORDER][:-1]
    digest = seal_digest(covered, sets[-1].fields[SEAL])
    verify_digest(public_key(tags, ask), decoded(tags[b"b"]), digest)


def _check_tags(tags: Tags, at: datetime) -> None:
    if tags[b"a"] not in ALGORITHMS:
        raise Refused("fail", "an algorithm that proves nothing")
    for name in (b"d", b"s"):
        if not _NAME.fullmatch(tags[name]):
            raise Refused("fail", "not a domain or selector")
    for name in (b"t", b"x", b"l"):
        if name in tags and not _NUMBER.fullmatch(tags[name]):
            raise Refused("fail", "not a number")
    if b"x" in tags and int(tags[b"x"]) < at.timestamp():
        raise Refused("fail", "it was too old when the message came")


def seal_digest(covered: Sequence[Field], seal: Field) -> bytes:
    """Hash the fields that a seal covers, itself last without its signature (§5.1.1); always relaxed."""
    hasher = hashlib.sha256(b"".join(relaxed_field(field) for field in covered))
    hasher.update(relaxed_field(unsigned(seal))[:-2])
    return hasher.digest()
