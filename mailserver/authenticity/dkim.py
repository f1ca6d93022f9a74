"""DKIM (RFC 6376, RFC 8301, RFC 8463): which of a message's signatures hold, and which fields they cover.

The steps are dkimpy's where their time grows as the message does. Its reading of fields and its relaxed body
are slower than that for lines and spaces without end, so they are written here; and the pattern that empties
b= is asked only of signatures of usual form.
"""

import base64
import binascii
import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import dkim
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key
from dkim.canonicalization import (
    CanonicalizationPolicy,
    InvalidCanonicalizationPolicyError,
    compress_whitespace,
    correct_empty_body,
    strip_trailing_lines,
)
from dkim.util import InvalidTagValueList, parse_tag_value

from mailserver.dns import NoAnswerError, NoSuchNameError

SECONDS = 5.0
MOST_SIGNATURES = 5
_SMALLEST_RSA_BITS = 1024  # RFC 8301 §3.2
_ALGORITHMS = {b"rsa-sha256": b"rsa", b"ed25519-sha256": b"ed25519"}
_LONGEST_SIGNATURE = 8000
_MOST_SIGNED = 200
_MOST_FIELDS = 2000
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]++[ \t]*+):([^\n]*+\n(?:[ \t][^\n]*+\n)*+)", re.MULTILINE)
_LONG_SPACE = re.compile(rb"\s{64}")
_CLOCKS = 36_000
"""Seconds that the clocks of signer and receiver may differ, as dkimpy has it."""

type Ask = Callable[[str], Sequence[bytes]]
"""The TXT records of a name; raises what `dns.Resolver.txt` does."""


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


class _Refused(Exception):
    """A signature that does not hold, with the result and the reason."""

    def __init__(self, result: str, reason: str) -> None:
        super().__init__(reason)
        self.result = result


def verify(raw: bytes, ask: Ask, *, at: datetime, seconds: float = SECONDS) -> list[Signature]:
    """Try the signatures of a message, as of the time it came `at`: the first five, while there is time.

    `seconds` bound the whole, but for the question to the DNS that is under way when they are over. Never
    raises because of the message.
    """
    deadline = time.monotonic() + seconds
    try:
        message = _Message(raw)
    except (dkim.MessageFormatError, IndexError):
        return []
    return [
        _try(message, number, ask, at, deadline)
        for number in range(len(message.signatures[:MOST_SIGNATURES]))
    ]


class _Message:
    """A message's fields and its body, whose hash is worked out once for each way."""

    def __init__(self, raw: bytes) -> None:
        end = _END_OF_HEADER.search(raw)
        head = _LINE_END.sub(b"\r\n", raw[: end.start()] if end else raw) + b"\r\n"
        self.fields = [(found[1], found[2]) for found in islice(_FIELD.finditer(head), _MOST_FIELDS)]
        self.body = raw[end.end() :] if end else b""
        self.signatures = [field for field in self.fields if field[0].lower().rstrip() == b"dkim-signature"]
        self._bodies: dict[str, bytes] = {}

    def body_hash(self, how: str, length: int | None) -> bytes:
        """SHA-256 of the body, canonicalised, or of its first `length` bytes; RFC 6376 §3.4, §3.7."""
        if how not in self._bodies:
            plain = _LINE_END.sub(b"\r\n", self.body)
            self._bodies[how] = _relaxed(plain) if how == "relaxed" else strip_trailing_lines(plain)
        body = self._bodies[how]
        if length is not None and length > len(body):
            raise _Refused("permerror", "l= is longer than the body")
        return hashlib.sha256(body[:length]).digest()

    def covered(self, signed: Sequence[bytes]) -> Iterator[str]:
        """Names that are signed as often, at least, as they occur (RFC 6376 §5.4.2)."""
        present = Counter(name.lower().rstrip() for name, _ in self.fields)
        for name, count in Counter(signed).items():
            if 0 < present[name] <= count:
                yield name.decode("ascii", "replace")


def _relaxed(body: bytes) -> bytes:
    """Runs of white space are one space, none ends a line, no empty line ends the body (RFC 6376 §3.4.4)."""
    squeezed = compress_whitespace(body).replace(b" \r\n", b"\r\n")
    found: bytes = correct_empty_body(strip_trailing_lines(squeezed))
    return found


def _try(message: _Message, number: int, ask: Ask, at: datetime, deadline: float) -> Signature:
    tags: dict[bytes, bytes] = {}
    try:
        tags = _tags(message.signatures[number][1], at)
        signed = [name.strip().lower() for name in tags[b"h"].split(b":")]
        _check_body(message, tags, deadline)
        key = _key(tags, ask)
        _check_header(message, number, tags, signed, key)
    except _Refused as refusal:
        return Signature(_text(tags, b"d"), _text(tags, b"s"), refusal.result, str(refusal))
    covered = frozenset(message.covered(signed))
    return Signature(_text(tags, b"d"), _text(tags, b"s"), "pass", covered=covered)


def _text(tags: dict[bytes, bytes], name: bytes) -> str:
    return tags.get(name, b"").decode("ascii", "replace").lower()


def _tags(value: bytes, at: datetime) -> dict[bytes, bytes]:
    """Read a signature and check what it says of itself (RFC 6376 §6.1.1)."""
    if len(value) > _LONGEST_SIGNATURE or _LONG_SPACE.search(value):
        raise _Refused("permerror", "a signature of unusual form")
    try:
        tags: dict[bytes, bytes] = parse_tag_value(value)
        # It compares x= with the clock of today; a message may be looked at long after it came.
        dkim.validate_signature_fields({name: each for name, each in tags.items() if name != b"x"})
    except (InvalidTagValueList, dkim.ValidationError, ValueError, IndexError) as error:
        raise _Refused("permerror", str(error)) from error
    if tags[b"a"] not in _ALGORITHMS:
        raise _Refused("policy", "SHA-1 proves nothing (RFC 8301 §3.1)")
    expires = tags.get(b"x", b"")
    if expires and (not expires.isdigit() or int(expires[:15]) + _CLOCKS < at.timestamp()):
        raise _Refused("permerror", "it was too old when the message came")
    signed = [name.strip().lower() for name in tags[b"h"].split(b":")]
    if b"from" not in signed or len(signed) > _MOST_SIGNED:
        raise _Refused("permerror", "From is not signed, or too much is")
    return tags


def _check_body(message: _Message, tags: dict[bytes, bytes], deadline: float) -> None:
    if time.monotonic() > deadline:
        raise _Refused("temperror", "no time left")
    policy = _policy(tags)
    length = int(tags[b"l"]) if b"l" in tags else None
    if message.body_hash(policy.body_algorithm.name.decode(), length) != _decoded(tags[b"bh"]):
        raise _Refused("fail", "the body was changed")


def _policy(tags: dict[bytes, bytes]) -> CanonicalizationPolicy:
    try:
        return CanonicalizationPolicy.from_c_value(tags.get(b"c", b"simple/simple"))
    except InvalidCanonicalizationPolicyError as error:
        raise _Refused("permerror", "c= is unknown") from error


def _check_header(
    message: _Message,
    number: int,
    tags: dict[bytes, bytes],
    signed: Sequence[bytes],
    key: RSAPublicKey | Ed25519PublicKey,
) -> None:
    policy = _policy(tags)
    hasher = hashlib.sha256()
    fields = policy.canonicalize_headers(message.fields)
    # One From more than is signed would be one that nobody signed.
    include = [*signed, b"from"]
    dkim.hash_headers(hasher, policy, fields, include, message.signatures[number], tags)
    signature, digest = _decoded(tags[b"b"]), hasher.digest()
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        else:
            key.verify(signature, digest)
    except InvalidSignature as error:
        raise _Refused("fail", "the header was changed") from error


def _key(tags: dict[bytes, bytes], ask: Ask) -> RSAPublicKey | Ed25519PublicKey:
    """Ask the signer's domain for the key (RFC 6376 §6.1.2); the first record that is one."""
    name = f"{_text(tags, b's')}._domainkey.{_text(tags, b'd')}"
    try:
        records = ask(name)
    except NoAnswerError as error:
        raise _Refused("temperror", "the DNS does not answer") from error
    except (NoSuchNameError, UnicodeError) as error:
        raise _Refused("permerror", "there is no key") from error
    for record in records[:3]:
        try:
            found = parse_tag_value(record[:_LONGEST_SIGNATURE])
        except InvalidTagValueList:
            continue
        if found.get(b"v", b"DKIM1") == b"DKIM1" and b"p" in found:
            return _usable(found, tags)
    raise _Refused("permerror", "there is no key")


def _usable(record: dict[bytes, bytes], tags: dict[bytes, bytes]) -> RSAPublicKey | Ed25519PublicKey:
    """Check that the key is for this signature (RFC 6376 §3.6.1), and read it."""
    kind = record.get(b"k", b"rsa")
    if kind != _ALGORITHMS[tags[b"a"]]:
        raise _Refused("permerror", "the key is of another kind")
    if not {b"sha256", b""} & {each.strip() for each in record.get(b"h", b"").split(b":")}:
        raise _Refused("permerror", "the key is not for SHA-256")
    if not {b"*", b"email"} & {each.strip() for each in record.get(b"s", b"*").split(b":")}:
        raise _Refused("permerror", "the key is not for mail")
    identity = tags.get(b"i", b"").rpartition(b"@")[2]
    if b"s" in record.get(b"t", b"").split(b":") and identity and identity.lower() != tags[b"d"].lower():
        raise _Refused("permerror", "the key is for its own domain alone")
    data = _decoded(record[b"p"])
    if not data:
        raise _Refused("permerror", "the key was withdrawn")
    try:
        key = Ed25519PublicKey.from_public_bytes(data) if kind == b"ed25519" else load_der_public_key(data)
    except ValueError as error:
        raise _Refused("permerror", "the key can't be read") from error
    if isinstance(key, Ed25519PublicKey):
        return key
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_RSA_BITS:
        raise _Refused("policy", "the key is too small")
    return key


def _decoded(value: bytes) -> bytes:
    try:
        return base64.b64decode(re.sub(rb"\s+", b"", value), validate=True)
    except binascii.Error as error:
        raise _Refused("permerror", "not base64") from error
