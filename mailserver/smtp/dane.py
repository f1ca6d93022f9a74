"""DANE: a server's certificate compared with what its domain signed into the DNS (RFC 6698, RFC 7672)."""

import hashlib
import ssl
from collections.abc import Iterable, Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import verification

from mailserver.dns import Tlsa

TRUST_ANCHOR, END_ENTITY = 2, 3


class DaneError(Exception):
    """The certificate is not one that the domain's records name."""


def usable(records: Iterable[Tlsa]) -> list[Tlsa]:
    """Return the records that count for SMTP: of usages 2 and 3, and of known forms (RFC 7672 §3.1)."""
    return [
        record
        for record in records
        if record.usage in (TRUST_ANCHOR, END_ENTITY)
        and record.selector in (0, 1)
        and record.matching in (0, 1, 2)
        and record.data
    ]


def check(chain: Sequence[bytes], records: Iterable[Tlsa], names: Sequence[str]) -> str:
    """Say which kind of record the chain (DER, the server's own first) fits, or raise DaneError.

    `names` are those that a certificate below a trust anchor may be for. With usage 3 neither the names nor
    the dates in the certificate count (RFC 7672 §3.1.1).
    """
    wanted = list(records)
    if not chain:
        raise DaneError("the server showed no certificate")
    if any(record.usage == END_ENTITY and _fits(chain[0], record) for record in wanted):
        return "DANE-EE"
    for anchor in chain:
        if any(record.usage == TRUST_ANCHOR and _fits(anchor, record) for record in wanted):
            _check_below(chain, anchor, names)
            return "DANE-TA"
    raise DaneError("the certificate is none of those that the DNS names")


def chain_of(secured: ssl.SSLSocket) -> list[bytes]:
    """Return the certificates that a server showed, as DER."""
    return [bytes(der) for der in secured.get_unverified_chain()]


def _fits(der: bytes, record: Tlsa) -> bool:
    try:
        data = der if record.selector == 0 else _public_key(der)
    except ValueError:
        return False
    if record.matching == 1:
        data = hashlib.sha256(data).digest()
    elif record.matching == 2:
        data = hashlib.sha512(data).digest()
    return data == record.data


def _public_key(der: bytes) -> bytes:
    key = x509.load_der_x509_certificate(der).public_key()
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _check_below(chain: Sequence[bytes], anchor: bytes, names: Sequence[str]) -> None:
    """Verify the server's certificate up to the anchor, and that it is for one of the names."""
    try:
        certificates = [x509.load_der_x509_certificate(der) for der in chain]
        store = verification.Store([x509.load_der_x509_certificate(anchor)])
    except ValueError as error:
        raise DaneError("a certificate can't be read") from error
    for name in names:
        verifier = verification.PolicyBuilder().store(store).build_server_verifier(x509.DNSName(name))
        try:
            verifier.verify(certificates[0], certificates[1:])
        except (verification.VerificationError, InvalidSignature):
            continue
        return
    raise DaneError("the certificate is not for this host, or not below the trust anchor")
