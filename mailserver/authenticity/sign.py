"""Signing with DKIM (RFC 6376 §5, RFC 8463): fields that go on top of a message, relaxed/relaxed."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from .signed import Field, SignedMessage, choose, relaxed_field

RSA = "rsa-sha256"
ED25519 = "ed25519-sha256"
RSA_BITS = 2048
_WIDTH = 72
# Once more than they are there, so that nobody can add another one (RFC 6376 §8.15).
_OVERSIGNED = (
    *("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references"),
    *("mime-version", "content-type", "content-transfer-encoding"),
)
# As often as they are there: lists and gateways add their own.
_SIGNED = (
    *("auto-submitted", "list-id", "list-post", "list-help"),
    *("list-unsubscribe", "list-unsubscribe-post"),
)

type PrivateKey = rsa.RSAPrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Key:
    """What a domain signs with; its public half is at `selector`._domainkey.`domain`."""

    domain: str
    selector: str
    private: PrivateKey

    @property
    def algorithm(self) -> str:
        """As a= has it."""
        return RSA if isinstance(self.private, rsa.RSAPrivateKey) else ED25519


def new_key(algorithm: str) -> PrivateKey:
    """Make a key; RSA takes some tenths of a second."""
    return rsa.generate_private_key(65537, RSA_BITS) if algorithm == RSA else Ed25519PrivateKey.generate()


def dumps(key: PrivateKey) -> str:
    """Write a private key as text."""
    return base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


def loads(text: str) -> PrivateKey:
    """Read what `dumps` wrote; raises ValueError."""
    key = load_der_private_key(base64.b64decode(text), None)
    if not isinstance(key, rsa.RSAPrivateKey | Ed25519PrivateKey):
        raise ValueError("not a key that signs mail")  # noqa: TRY004 — so is any other text
    return key


def record(key: PrivateKey) -> str:
    """Return the TXT record of its public half (RFC 6376 §3.6.1, RFC 8463 §4)."""
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        kind, data = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        kind, data = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k={kind}; p={base64.b64encode(data).decode()}"


def sign(raw: bytes, keys: Sequence[Key], at: datetime) -> bytes:
    """Return a DKIM-Signature by each key, CRLF at their ends; the message must go out as it is.

    So it is to have no line over 998 octets and no octet over 127 in its body (RFC 6376 §5.3): relays would
    encode it anew.
    """
    if not keys:
        return b""
    message = SignedMessage(raw)
    names = list(names_of(message.fields))
    body_hash = base64.b64encode(message.body_hash("relaxed", None)).decode()
    chosen = b"".join(
        relaxed_field(field) for field in choose(message.fields, [name.encode() for name in names])
    )
    return b"".join(_signature(key, names, body_hash, chosen, at) for key in keys)


def names_of(fields: Iterable[Field]) -> Iterator[str]:
    """Name the fields that are signed, some of them once more than they are there."""
    present = Counter(name.decode("ascii").lower().rstrip() for name, _ in fields)
    for name in _OVERSIGNED:
        yield from [name] * (present[name] + 1)
    for name in _SIGNED:
        yield from [name] * present[name]


def _signature(key: Key, names: Sequence[str], body_hash: str, chosen: bytes, at: datetime) -> bytes:
    tags = [
        "v=1",
        f"a={key.algorithm}",
        "c=relaxed/relaxed",
        f"d={key.domain}",
        f"s={key.selector}",
        f"t={int(at.timestamp())}",
        f"bh={body_hash}",
        "h=" + ":".join(names),
    ]
    value = b" " + folded_tags(tags) + b";\r\n\t"
    bare = relaxed_field((b"DKIM-Signature", value + signature_tag("") + b"\r\n"))
    signature = sign_digest(key, hashlib.sha256(chosen + bare[:-2]).digest())
    return b"DKIM-Signature:" + value + signature_tag(signature) + b"\r\n"


def sign_digest(key: Key, digest: bytes) -> str:
    """Sign a SHA-256 digest; base64."""
    if isinstance(key.private, rsa.RSAPrivateKey):
        signature = key.private.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    else:
        signature = key.private.sign(digest)
    return base64.b64encode(signature).decode()


def folded_tags(tags: Iterable[str]) -> bytes:
    """Write a list of tags, folded between them, and after the colons of h=."""
    lines, line = [], ""
    for piece in _pieces(tags):
        if len(line) + len(piece) > _WIDTH and line.strip():
            lines.append(line.rstrip())
            line = ""
        line += piece
    return "\r\n\t".join([*lines, line]).encode()


def _pieces(tags: Iterable[str]) -> Iterator[str]:
    listed = list(tags)
    for number, tag in enumerate(listed):
        end = "" if number == len(listed) - 1 else "; "
        *first, last = tag.split(":") if tag.startswith("h=") else [tag]
        yield from (f"{name}:" for name in first)
        yield last + end


def signature_tag(signature: str) -> bytes:
    """Write b= on lines of its own."""
    text = f"b={signature}"
    return b"\r\n\t".join(text[start : start + _WIDTH].encode() for start in range(0, len(text), _WIDTH))
