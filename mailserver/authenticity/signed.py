"""Messages as signatures see them, and the keys that the DNS has (RFC 6376 §3.4, §3.6; RFC 8463).

dkimpy's reading of fields and its canonical forms are slow for lines and spaces without end, and hold a body
several times, so they are written here.
"""

import base64
import binascii
import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

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
)
from dkim.util import InvalidTagValueList, parse_tag_value

from mailserver.dns import NoAnswerError, NoSuchNameError

ALGORITHMS = {b"rsa-sha256": b"rsa", b"ed25519-sha256": b"ed25519"}
LONGEST_SIGNATURE = 8000
_SMALLEST_RSA_BITS = 1024  # RFC 8301 §3.2
_MOST_FIELDS = 2000
PIECE = 256 * 1024
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_B_TAG = re.compile(rb"((?:\A|;)\s*b\s*=)[^;]*")
_SPACE = re.compile(rb"[ \t]+")
_LINE_END = re.compile(rb"\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]++[ \t]*+):([^\n]*+\n(?:[ \t][^\n]*+\n)*+)", re.MULTILINE)

type Ask = Callable[[str], Sequence[bytes]]
"""The TXT records of a name; raises what `dns.Resolver.txt` does."""
type PublicKey = RSAPublicKey | Ed25519PublicKey
type Tags = dict[bytes, bytes]
type Field = tuple[bytes, bytes]
"""A name and a value as they stand in the message, the line end of the last line included."""


class Refused(Exception):
    """A signature that does not hold, with the result and the reason."""

    def __init__(self, result: str, reason: str) -> None:
        super().__init__(reason)
        self.result = result


class SignedMessage:
    """A message's fields and its body, whose hash is worked out once for each way."""

    def __init__(self, raw: bytes) -> None:
        end = _END_OF_HEADER.search(raw)
        head = _with_crlf(raw[: end.start()] if end else raw) + b"\r\n"
        self.fields = [(found[1], found[2]) for found in islice(_FIELD.finditer(head), _MOST_FIELDS)]
        self._raw, self._body = raw, end.end() if end else len(raw)
        self.names = [name.lower().rstrip() for name, _ in self.fields]
        named = zip(self.names, self.fields, strict=True)
        self.signatures = [field for name, field in named if name == b"dkim-signature"]
        self._hashes: dict[tuple[str, int | None], bytes] = {}

    def body_hash(self, how: str, length: int | None) -> bytes:
        """SHA-256 of the body, canonicalised, or of its first `length` bytes; RFC 6376 §3.4, §3.7."""
        if (how, length) not in self._hashes:
            self._hashes[how, length] = _hash(canonical_body(self._raw, how, self._body), length)
        return self._hashes[how, length]

    def covered(self, signed: Sequence[bytes]) -> Iterator[str]:
        """Names that are signed as often, at least, as they occur (RFC 6376 §5.4.2)."""
        present = Counter(self.names)
        for name, count in Counter(signed).items():
            if 0 < present[name] <= count:
                yield name.decode("ascii", "replace")


def _simple_field(field: Field) -> bytes:
    return field[0] + b":" + field[1]


def _with_crlf(data: bytes) -> bytes:
    """Nearly always it is so already: counting costs nothing beside replacing."""
    return data if data.count(b"\n") == data.count(b"\r\n") else _LINE_END.sub(b"\r\n", data)


def relaxed_field(field: Field) -> bytes:
    """Return a field on one line: its name in lower case, runs of white space one space (RFC 6376 §3.4.2)."""
    name, value = field
    return name.lower().rstrip() + b":" + _single_spaced(value.replace(b"\r\n", b"")).strip() + b"\r\n"


def _single_spaced(data: bytes) -> bytes:
    """Make runs of white space one space; mostly they are, and to look for others costs nothing."""
    return _SPACE.sub(b" ", data) if b"  " in data or b"\t" in data else data


def canonical_body(raw: bytes, how: str, start: int = 0) -> Iterator[bytes]:
    """Yield the body, from `start` on, in pieces as it is signed: a large one is not in memory twice (§3.4).

    No empty line ends it. Relaxed, runs of white space are one space, and none ends a line.
    """
    is_empty, held = True, 0
    for piece in map(_with_crlf, _pieces(raw, start)):
        if how == "relaxed":
            piece = _single_spaced(piece).replace(b" \r\n", b"\r\n")  # noqa: PLW2901
        end = len(piece)
        while piece.endswith(b"\r\n", 0, end):
            end -= 2
        if end:
            yield b"\r\n" * held + piece[:end]
            is_empty, held = False, 0
        held += (len(piece) - end) // 2
    if not is_empty or how == "simple":
        yield b"\r\n"


def _pieces(raw: bytes, start: int) -> Iterator[bytes]:
    """Cut it after lines."""
    while start < len(raw):
        found = raw.find(b"\n", start + PIECE)
        end = len(raw) if found < 0 else found + 1
        yield raw[start:end]
        start = end


def _hash(pieces: Iterable[bytes], length: int | None) -> bytes:
    hasher, left = hashlib.sha256(), math.inf if length is None else length
    for piece in pieces:
        hasher.update(piece if len(piece) <= left else piece[: int(left)])
        left -= min(left, len(piece))
    if length is not None and left > 0:
        raise Refused("permerror", "l= is longer than the body")
    return hasher.digest()


def check_body(message: SignedMessage, tags: Tags) -> None:
    """Check the hash of the body; raises Refused."""
    length = int(tags[b"l"]) if b"l" in tags else None
    how = _policy(tags).body_algorithm.name.decode()
    if message.body_hash(how, length) != decoded(tags[b"bh"]):
        raise Refused("fail", "the body was changed")


def check_header(
    message: SignedMessage, field: Field, tags: Tags, signed: Sequence[bytes], key: PublicKey
) -> None:
    """Check the signature that stands in `field` over the fields named in `signed`; raises Refused."""
    written = relaxed_field if _policy(tags).header_algorithm.name == b"relaxed" else _simple_field
    hasher = hashlib.sha256(b"".join(map(written, choose(message.fields, signed))))
    hasher.update(written(unsigned(field)).removesuffix(b"\r\n"))
    verify_digest(key, decoded(tags[b"b"]), hasher.digest())


def choose(fields: Sequence[Field], names: Iterable[bytes]) -> Iterator[Field]:
    """Yield the fields that lower-case `names` stand for, from the bottom up, as long as there are some.

    RFC 6376 §5.4.2.
    """
    left: defaultdict[bytes, list[Field]] = defaultdict(list)
    for field in fields:
        left[field[0].lower().rstrip()].append(field)
    for name in names:
        if left[name]:
            yield left[name].pop()


def unsigned(field: Field) -> Field:
    """Return a signature without what stands in its b= (§3.5), as it is signed itself."""
    return field[0], _B_TAG.sub(rb"\1", field[1], count=1)


def _policy(tags: Tags) -> CanonicalizationPolicy:
    try:
        return CanonicalizationPolicy.from_c_value(tags.get(b"c", b"simple/simple"))
    except InvalidCanonicalizationPolicyError as error:
        raise Refused("permerror", "c= is unknown") from error


def text_of(tags: Mapping[bytes, bytes], name: bytes) -> str:
    """Return a tag as text, lower case."""
    return tags.get(name, b"").decode("ascii", "replace").lower()


def public_key(tags: Tags, ask: Ask) -> PublicKey:
    """Ask the signer's domain for the key (RFC 6376 §6.1.2); the first record that is one."""
    name = f"{text_of(tags, b's')}._domainkey.{text_of(tags, b'd')}"
    try:
        records = ask(name)
    except NoAnswerError as error:
        raise Refused("temperror", "the DNS does not answer") from error
    except (NoSuchNameError, UnicodeError) as error:
        raise Refused("permerror", "there is no key") from error
    for record in records[:3]:
        try:
            found = parse_tag_value(record[:LONGEST_SIGNATURE])
        except InvalidTagValueList:
            continue
        if found.get(b"v", b"DKIM1") == b"DKIM1" and b"p" in found:
            return _usable(found, tags)
    raise Refused("permerror", "there is no key")


def verify_digest(key: PublicKey, signature: bytes, digest: bytes) -> None:
    """Check a signature of a SHA-256 digest; raises Refused."""
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        else:
            key.verify(signature, digest)
    except InvalidSignature as error:
        raise Refused("fail", "the header was changed") from error


def _usable(record: Tags, tags: Tags) -> PublicKey:
    """Check that the key is for this signature (RFC 6376 §3.6.1), and read it."""
    kind = record.get(b"k", b"rsa")
    if kind != ALGORITHMS[tags[b"a"]]:
        raise Refused("permerror", "the key is of another kind")
    if not {b"sha256", b""} & {each.strip() for each in record.get(b"h", b"").split(b":")}:
        raise Refused("permerror", "the key is not for SHA-256")
    if not {b"*", b"email"} & {each.strip() for each in record.get(b"s", b"*").split(b":")}:
        raise Refused("permerror", "the key is not for mail")
    identity = tags.get(b"i", b"").rpartition(b"@")[2]
    if b"s" in record.get(b"t", b"").split(b":") and identity and identity.lower() != tags[b"d"].lower():
        raise Refused("permerror", "the key is for its own domain alone")
    data = decoded(record[b"p"])
    if not data:
        raise Refused("permerror", "the key was withdrawn")
    return _loaded(kind, data)


@lru_cache(maxsize=1000)
def _loaded(kind: bytes, data: bytes) -> PublicKey:
    try:
        key = Ed25519PublicKey.from_public_bytes(data) if kind == b"ed25519" else load_der_public_key(data)
    except ValueError as error:
        raise Refused("permerror", "the key can't be read") from error
    if isinstance(key, Ed25519PublicKey):
        return key
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_RSA_BITS:
        raise Refused("policy", "the key is too small")
    return key


def decoded(value: bytes) -> bytes:
    """Read base64, white space in it passed over; raises Refused."""
    try:
        return base64.b64decode(re.sub(rb"\s+", b"", value), validate=True)
    except binascii.Error as error:
        raise Refused("permerror", "not base64") from error
