"""Tell a browser something by its push service (RFC 8030), encrypted (RFC 8291) and signed (RFC 8292)."""

import base64
import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid
from pywebpush import WebPusher

from .web import Request, Web, WebError, parts

SECONDS = 10.0
LASTS_SECONDS = 12 * 3600
"""So long a push service keeps what a sleeping device hasn't fetched."""
_SIGNED_SECONDS = 6 * 3600
_SMALL = 4096
_GONE = frozenset((404, 410))
_DONE = range(200, 300)
_TOO_MANY, _BROKEN = 429, 500
_LONGEST_WAIT = 3600


class PushError(Exception):
    """The push service didn't take it, for the reason given."""


class PushLaterError(PushError):
    """The push service can't take it now, or is silent; for `seconds` it wants to be left alone."""

    def __init__(self, reason: str, seconds: int = 0) -> None:
        super().__init__(reason)
        self.seconds = seconds


class PushGoneError(PushError):
    """The subscription is over: nothing will ever arrive there again."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser is told, and the keys it made for that, base64url."""

    endpoint: str
    public_key: str
    secret: str

    @property
    def is_sound(self) -> bool:
        """Tell whether its address is https and its keys are keys."""
        try:
            scheme, *_ = parts(self.endpoint)
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(self.public_key))
            return scheme == "https" and len(_bytes(self.secret)) == 16
        except (WebError, ValueError, UnsupportedAlgorithm):
            return False


@dataclass(frozen=True)
class Sender:
    """Who sends: the private key, a scalar of P-256 as base64url, and an address for complaints."""

    key: str
    contact: str

    @cached_property
    def public_key(self) -> str:
        """What browsers are told, so that nobody else can send to them."""
        point = self._vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    @cached_property
    def _vapid(self) -> Vapid:
        return Vapid.from_raw(self.key.encode())

    def send(self, web: Web, to: Subscription, said: Mapping[str, object], *, topic: str = "") -> None:
        """Send `said` as JSON; it takes the place of what has the same `topic`. Raises PushError."""
        request = Request(to.endpoint, "POST", self._headers(to.endpoint, topic), _encrypted(to, said))
        try:
            status, wait = web.exchange(request, time.monotonic() + SECONDS, _status)
        except WebError as error:
            raise PushLaterError(str(error)) from error
        if status in _GONE:
            raise PushGoneError(f"answered {status}")
        if status == _TOO_MANY or status >= _BROKEN:
            raise PushLaterError(f"answered {status}", wait)
        if status not in _DONE:
            raise PushError(f"answered {status}")

    def _headers(self, endpoint: str, topic: str) -> dict[str, str]:
        scheme, host, port, _ = parts(endpoint)
        if scheme != "https":
            raise PushError("only over https")
        audience = f"https://{host}" + ("" if port == 443 else f":{port}")
        expires = int(time.time()) + _SIGNED_SECONDS
        signed = self._vapid.sign({"sub": self.contact, "aud": audience, "exp": expires})
        return {
            **signed,
            "User-Agent": "Postillion",
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(LASTS_SECONDS),
            "Urgency": "normal",
            "Connection": "close",
            **({"Topic": topic} if topic else {}),
        }


def _encrypted(to: Subscription, said: Mapping[str, object]) -> bytes:
    keys = {"p256dh": to.public_key, "auth": to.secret}
    pusher = WebPusher({"endpoint": to.endpoint, "keys": keys})
    found: bytes = pusher.encode(json.dumps(said).encode())["body"]
    return found


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _status(response: http.client.HTTPResponse) -> tuple[int, int]:
    """The status, and the seconds of Retry-After (RFC 9110 §10.2.3); a date in it counts as none."""
    response.read1(_SMALL)
    told = response.getheader("Retry-After", "").strip()
    wait = int(told) if told.isdecimal() and len(told) < 9 else 0
    return response.status, min(wait, _LONGEST_WAIT)
