"""Addresses of our own for pictures that lie elsewhere: signed, so nobody makes us fetch other things."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

MAX_URL = 4000


@dataclass(frozen=True, slots=True)
class RemotePictures:
    """Where the pictures of one letter are served: below `prefix`, signed with a `key` of its own."""

    prefix: str
    key: str

    def address(self, url: str) -> str:
        """Our address of the picture at `url`."""
        coded = base64.urlsafe_b64encode(url.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()
        return f"{self.prefix}{self._signature(coded)}/{coded}"

    def url(self, signature: str, coded: str) -> str | None:
        """The address that `address` was made from; None when it was not made with this key."""
        if not hmac.compare_digest(self._signature(coded).encode(), signature.encode()):
            return None
        try:
            return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None

    def _signature(self, coded: str) -> str:
        return hmac.new(self.key.encode(), coded.encode(), hashlib.sha256).hexdigest()[:32]
