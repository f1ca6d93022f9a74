"""Codes that an authenticator app shows: six digits, new each half minute (RFC 6238). Pure."""

import hashlib
import hmac
import secrets
from base64 import b32decode, b32encode
from urllib.parse import quote, urlencode

PERIOD = 30
DIGITS = 6
# A phone's clock may be wrong, and a person slow (RFC 6238 §5.2).
_TOLERANCE = 1


def make_secret() -> str:
    """Draw 160 bits (RFC 4226 §4), in base32."""
    return b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """Compute the code of a time step (RFC 4226 §5.3)."""
    mac = hmac.digest(b32decode(secret), step.to_bytes(8), hashlib.sha1)
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: str, code: str, now: float) -> int | None:
    """Find the time step, near `now` (seconds of the epoch), whose code this is."""
    present = int(now) // PERIOD
    for step in range(present - _TOLERANCE, present + _TOLERANCE + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def address(secret: str, account: str, site: str) -> str:
    """Write what a QR code tells an app, as all of them read it (Google's key URI format)."""
    parameters = urlencode({"secret": secret, "issuer": site}, quote_via=quote)
    return f"otpauth://totp/{quote(site)}:{quote(account)}?{parameters}"
