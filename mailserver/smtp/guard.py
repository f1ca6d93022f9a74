"""What a connection to a mail host must be like: as encrypted as can be, or as the domain demands."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from mailserver.dns import Tlsa

from . import dane

type Source = Literal["none", "sts", "tlsa", "operator"]


@dataclass(frozen=True, slots=True)
class TlsFailure:
    """What was wrong with an encryption; `result` is its name in TLS reports (RFC 8460 §4.3)."""

    result: str
    text: str


class GuardError(Exception):
    """The certificate is not the one that is demanded."""

    def __init__(self, failure: TlsFailure) -> None:
        super().__init__(failure.text)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Guard:
    """The demands on one host. `names` are those that its certificate may be for, the host's own first.

    `demanded`: without an encryption that passes, nothing is sent. `checked`: the certificate is verified;
    an operator's host that isn't is on this machine, where nobody else is on the wire.
    """

    source: Source = "none"
    demanded: bool = False
    checked: bool = False
    records: tuple[Tlsa, ...] = ()
    names: tuple[str, ...] = ()

    def tls_context(self) -> ssl.SSLContext:
        """Return what to shake hands with; a certificate below a public authority is checked by it."""
        if self.checked and not self.records:
            return public_authorities()
        return unchecked()

    def check(self, secured: ssl.SSLSocket) -> str:
        """Say what the certificate was proven by, "" for nothing; raises GuardError."""
        if self.records:
            return _check_dane(secured, self.records, self.names)
        if not self.checked:
            return "this machine" if self.source == "operator" else ""
        return "MTA-STS" if self.source == "sts" else "PKIX"


OPPORTUNISTIC = Guard()
"""Encrypt with whoever it is: any certificate is better than none (RFC 7435)."""


def failure_of(error: Exception) -> TlsFailure:
    """Name what went wrong in a handshake."""
    if isinstance(error, GuardError):
        return error.failure
    if isinstance(error, ssl.SSLCertVerificationError):
        result = {10: "certificate-expired", 62: "certificate-host-mismatch"}.get(
            error.verify_code, "certificate-not-trusted"
        )
        return TlsFailure(result, error.verify_message)
    if isinstance(error, TimeoutError):
        return TlsFailure("validation-failure", "timed out")
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or type(error).__name__).replace("_", " ").lower()
        return TlsFailure("validation-failure", reason)
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return TlsFailure("validation-failure", text)


def _check_dane(secured: ssl.SSLSocket, records: Sequence[Tlsa], names: Sequence[str]) -> str:
    usable = dane.usable(records)
    if not usable:
        # Records that nobody can read demand encryption, and no more (RFC 7672 §2.2).
        return ""
    try:
        return dane.check(dane.chain_of(secured), usable, names)
    except dane.DaneError as error:
        raise GuardError(TlsFailure("validation-failure", str(error))) from error


@cache
def public_authorities() -> ssl.SSLContext:
    """Check certificates and the names in them by the authorities that the system trusts."""
    return ssl.create_default_context()


@cache
def unchecked() -> ssl.SSLContext:
    """Take any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
