"""What a sender asks of encryption on the way: demanded, as usual, or not needed (RFC 8689)."""

from collections.abc import Mapping
from enum import StrEnum

from . import header

FIELD = "TLS-Required"
OPTION = "REQUIRETLS"
_FIELD_NAME = FIELD.lower().encode()


class TlsWish(StrEnum):
    """How a message may travel: only over a proven encryption, as its next host demands, or by any way."""

    REQUIRED = "required"
    AS_USUAL = ""
    OPTIONAL = "optional"


def of(options: Mapping[str, str], raw: bytes) -> TlsWish:
    """Read it from the parameters of MAIL and a message: the parameter wins (RFC 8689 §4.1)."""
    if OPTION in options:
        return TlsWish.REQUIRED
    return of_header(raw[: raw.find(b"\r\n\r\n") + 2])


def of_header(head: bytes) -> TlsWish:
    """Read it from a header: "No" is the one word that is known, and a field that stands twice is none."""
    if _FIELD_NAME not in head.lower():
        return TlsWish.AS_USUAL
    said = [
        header.decode(value).strip().lower() for name, value in header.fields(head) if name == FIELD.lower()
    ]
    return TlsWish.OPTIONAL if said == ["no"] else TlsWish.AS_USUAL
