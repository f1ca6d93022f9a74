"""ARC (RFC 8617 §5.1), sealed: what we found of a message that we hand on, in three fields on top of it."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from .arc import Arc, seal_digest, sealed_before
from .sign import Key, folded_tags, names_of, sign_digest, signature_tag
from .signed import Field, SignedMessage, choose, relaxed_field


def seal(
    raw: bytes,
    key: Key,
    *,
    found: str,
    chain: Arc,
    at: datetime,
    signed: Sequence[str] | None = None,
) -> bytes:
    """Return the next set, CRLF at its ends; nothing where the chain is over, or stands in doubt.

    `found` is what Authentication-Results of ours says, from the authserv-id on; `chain` what `arc.verify`
    made of the message. `signed` names the fields that are signed, those of DKIM when None.
    """
    if chain.is_over or chain.result == "temperror":
        return b""
    message = SignedMessage(raw)
    number = chain.length + 1
    results = (b"ARC-Authentication-Results", f" i={number}; {found}\r\n".encode())
    names = signed or [*names_of(message.fields), *_signatures(message)]
    signature = _signature(message, key, number, names, at)
    standing = "none" if number == 1 else chain.result
    before = [] if standing == "fail" else sealed_before(message.fields)
    sealed = _seal(key, number, standing, [*before, results, signature], at)
    return b"".join(name + b":" + value for name, value in (sealed, signature, results))


def _signatures(message: SignedMessage) -> list[str]:
    return ["dkim-signature"] * len(message.signatures)


def _signature(message: SignedMessage, key: Key, number: int, names: Sequence[str], at: datetime) -> Field:
    body_hash = base64.b64encode(message.body_hash("relaxed", None)).decode()
    rest = [
        f"bh={body_hash}",
        "c=relaxed/relaxed",
        f"d={key.domain}",
        "h=" + ":".join(names),
        f"i={number}",
        f"s={key.selector}",
        f"t={int(at.timestamp())}",
    ]
    bare = (b"ARC-Message-Signature", _value(key, "", rest))
    covered = b"".join(
        relaxed_field(field) for field in choose(message.fields, [name.encode().lower() for name in names])
    )
    digest = hashlib.sha256(covered + relaxed_field(bare)[:-2]).digest()
    return bare[0], _value(key, sign_digest(key, digest), rest)


def _seal(key: Key, number: int, standing: str, covered: Sequence[Field], at: datetime) -> Field:
    rest = [
        f"cv={standing}",
        f"d={key.domain}",
        f"i={number}",
        f"s={key.selector}",
        f"t={int(at.timestamp())}",
    ]
    bare = (b"ARC-Seal", _value(key, "", rest))
    return bare[0], _value(key, sign_digest(key, seal_digest(covered, bare)), rest)


def _value(key: Key, signature: str, rest: Iterable[str]) -> bytes:
    """Write the tags in the order that the field's test suite has: by their names."""
    first = f" a={key.algorithm};\r\n\t".encode()
    return first + signature_tag(signature) + b";\r\n\t" + folded_tags(rest) + b"\r\n"
