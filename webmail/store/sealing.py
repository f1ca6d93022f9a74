"""Secrets that must be read again, encrypted by the site's key: a copy of the database alone tells none."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class UnsealError(ValueError):
    """The site's key is another than that which sealed it, or it was changed."""


def seal(text: str) -> str:
    """Encrypt it."""
    return _key().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt it, under the key or an older one of SECRET_KEY_FALLBACKS. Raises UnsealError."""
    try:
        return _key().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise UnsealError from error


def _key() -> MultiFernet:
    return MultiFernet(
        [Fernet(_derived(force_bytes(key))) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _derived(key: bytes) -> bytes:
    return urlsafe_b64encode(sha256(b"sealing:" + key).digest())
