"""Whether a message is signed or encrypted, and how (RFC 1847, RFC 3156, RFC 8551); nothing is verified."""

from dataclasses import dataclass
from typing import Literal

from .part import Part

_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_LOOKED_AT = 20
_PGP_SIGNED, _PGP_ENCRYPTED = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP MESSAGE-----"


@dataclass(frozen=True, slots=True)
class Protection:
    """`part` is the one that holds the encrypted or signed data; None when it stands in the text."""

    method: Literal["S/MIME", "PGP"]
    encrypted: bool
    part: Part | None = None
    opaque: bool = False


def of_tree(root: Part) -> Protection | None:
    """What the structure tells: looks at the root, and below a multipart/mixed, where lists put a footer."""
    found = _of_part(root)
    if found is None and root.content_type == "multipart/mixed":
        found = next(filter(None, map(_of_part, root.children[:_LOOKED_AT])), None)
    return found


def of_text(text: str) -> Protection | None:
    """What a plain text begins with, in the old way of PGP (RFC 9580 §6.2)."""
    head = text[:2000].lstrip()
    if head.startswith(_PGP_ENCRYPTED):
        return Protection("PGP", encrypted=True)
    return Protection("PGP", encrypted=False) if head.startswith(_PGP_SIGNED) else None


def _of_part(part: Part) -> Protection | None:
    if part.content_type == "multipart/encrypted":
        return Protection("PGP", True, part.children[-1] if part.children else part)
    if part.content_type == "multipart/signed":
        protocol = part.parameters.get("protocol", "").lower()
        last = part.children[-1] if part.children else part
        is_pgp = "pgp" in (protocol or last.content_type)
        return Protection("PGP" if is_pgp else "S/MIME", False, last)
    if part.content_type in _SMIME:
        kind = part.parameters.get("smime-type", "").lower()
        signed = kind in ("signed-data", "certs-only") or (
            not kind and part.filename.lower().endswith(".p7c")
        )
        return Protection("S/MIME", not signed, part, opaque=True)
    return None
