"""The server's side of SASL: PLAIN, LOGIN and SCRAM-SHA-256, as pure exchanges of octets (RFC 4422).

An exchange is a generator. It yields a `Challenge` and is sent the client's response; it yields a
`SaltWanted` and is sent a `Salt`; it yields a `Claim` and is sent, if the claim was accepted, the key that
proves us (b"" where nothing does). When it ends, the client is who it says. What makes no sense raises
SaslError.
"""

import base64
import binascii
import enum
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field

SCRAM_ITERATIONS = 4096
"""The least that RFC 7677 §4 allows: what is hashed here is random, and nobody guesses it."""

_KEY_BYTES = hashlib.sha256().digest_size
_NONCE_BYTES = 18
_MAX_NAME = 1000


class SaslError(ValueError):
    """The client said what the mechanism doesn't allow."""


class PlaintextAuth(enum.Enum):
    """From where passwords may come over a connection without TLS."""

    NEVER = "never"
    LOOPBACK = "loopback"
    ALWAYS = "always"

    def allows(self, ip: str) -> bool:
        """Tell whether a client at this address may."""
        return self is self.ALWAYS or (self is self.LOOPBACK and _is_loopback(ip))


def _is_loopback(ip: str) -> bool:
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Challenge:
    """Octets for the client."""

    octets: bytes = b""


@dataclass(frozen=True, slots=True)
class SaltWanted:
    """The exchange goes on once it knows the salt of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Salt:
    """With what a person's keys were made; a stranger has one, too."""

    octets: bytes
    iterations: int = SCRAM_ITERATIONS


@dataclass(frozen=True, slots=True)
class Password:
    """A claim by password."""

    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim by the proof that one knows a key: `fits` tells whether it is this one (RFC 5802 §3)."""

    name: str
    message: bytes = field(repr=False)
    proof: bytes = field(repr=False)

    def fits(self, keys: "Keys") -> bool:
        """Tell whether the client has the key that `keys` are of."""
        signature = hmac.digest(keys.stored, self.message, "sha256")
        client_key = bytes(a ^ b for a, b in zip(self.proof, signature, strict=True))
        return hmac.compare_digest(hashlib.sha256(client_key).digest(), keys.stored)


@dataclass(frozen=True, slots=True)
class Keys:
    """What is kept of a password: enough to check a proof and to give one, not to make the client's."""

    stored: bytes = field(repr=False)
    server: bytes = field(repr=False)


type Claim = Password | Proof
type Exchange = Generator[Challenge | SaltWanted | Claim, bytes | Salt]


def mechanisms() -> tuple[str, ...]:
    """Name them, the best first."""
    return tuple(_MECHANISMS)


def begin(mechanism: str) -> Exchange | None:
    """Start an exchange by the name of its mechanism, in any case; None when it is unknown."""
    start = _MECHANISMS.get(mechanism.upper())
    return start() if start else None


def encode(octets: bytes) -> str:
    """Write a challenge in a line."""
    return base64.b64encode(octets).decode()


def decode(line: str) -> bytes:
    """Read a response from a line; raises SaslError. "*" cancels, and is no response."""
    try:
        return base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SaslError("not base64") from error


# --- PLAIN and LOGIN


def _plain() -> Exchange:
    """RFC 4616: authorization identity, name, password, between NULs."""
    parts = _text((yield Challenge())).split("\0")
    if len(parts) != 3 or not parts[1]:
        raise SaslError("PLAIN takes three parts")
    acts_as, name, password = parts
    if acts_as and acts_as.lower() != name.lower():
        raise SaslError("nobody acts for another here")
    yield Password(name, password)


def _login() -> Exchange:
    """draft-murchison-sasl-login: what Outlook speaks."""
    name = _text((yield Challenge(b"Username:")))
    if not name or "\0" in name:
        raise SaslError("the name is not valid")
    password = _text((yield Challenge(b"Password:")))
    yield Password(name, password)


def _text(octets: bytes | Salt) -> str:
    assert isinstance(octets, bytes)
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        raise SaslError("not UTF-8") from error


# --- SCRAM-SHA-256


def _scram(nonce: Callable[[], str] = lambda: secrets.token_urlsafe(_NONCE_BYTES)) -> Exchange:
    """RFC 5802, RFC 7677; without channel binding."""
    header, first_bare = _client_first(_text((yield Challenge())))
    name, client_nonce = _name_and_nonce(first_bare)
    salt = yield SaltWanted(name)
    assert isinstance(salt, Salt)
    both = client_nonce + nonce()
    server_first = f"r={both},s={encode(salt.octets)},i={salt.iterations}"
    final = _text((yield Challenge(server_first.encode())))
    without_proof, proof = _client_final(final, header, both)
    message = ",".join((first_bare, server_first, without_proof)).encode()
    server_key = yield Proof(name, message, proof)
    assert isinstance(server_key, bytes)
    yield Challenge(b"v=" + base64.b64encode(hmac.digest(server_key, message, "sha256")))


def _client_first(text: str) -> tuple[str, str]:
    """Cut the header of GS2 off; raises SaslError where a channel is to be bound or somebody acted for."""
    binding, comma, rest = text.partition(",")
    acts_as, second, bare = rest.partition(",")
    if binding not in ("n", "y") or not comma or not second:
        raise SaslError("channel binding is not offered")
    if acts_as:
        raise SaslError("nobody acts for another here")
    return f"{binding},,", bare


def _name_and_nonce(bare: str) -> tuple[str, str]:
    name, nonce = _attributes(bare, "n", "r")[:2]
    plain = name.replace("=2C", ",").replace("=3D", "=")
    if (
        not name
        or not nonce
        or "\0" in name
        or len(name) > _MAX_NAME
        or plain.count("=") != name.count("=3D")
    ):
        raise SaslError("the name or the nonce is not valid")
    return plain, nonce


def _client_final(text: str, header: str, nonce: str) -> tuple[str, bytes]:
    """Check what was agreed, and cut the proof off."""
    without_proof, comma, last = text.rpartition(",p=")
    binding, repeated = _attributes(without_proof, "c", "r")[:2]
    if not comma or binding != encode(header.encode()) or repeated != nonce:
        raise SaslError("the final message doesn't fit")
    proof = decode(last)
    if len(proof) != _KEY_BYTES:
        raise SaslError("the proof is too short or too long")
    return without_proof, proof


def _attributes(text: str, *names: str) -> list[str]:
    """Read attributes in the order in which they must come; more may follow (RFC 5802 §7)."""
    words = text.split(",")
    if len(words) < len(names):
        raise SaslError("an attribute is missing")
    for name, word in zip(names, words, strict=False):
        if not word.startswith(f"{name}="):
            raise SaslError("an attribute is missing")
    return [word[2:] for word in words]


def scram_keys(passwords: Iterable[str], salt: Salt) -> list[Keys]:
    """Derive what is kept of passwords; slow by intent: not on an event loop."""
    return [_keys(password, salt) for password in passwords]


def _keys(password: str, salt: Salt) -> Keys:
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.octets, salt.iterations)
    client = hmac.digest(salted, b"Client Key", "sha256")
    return Keys(hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256"))


def pack(keys: Iterable[Keys]) -> bytes:
    """Write keys one after the other, to be stored."""
    return b"".join(each.stored + each.server for each in keys)


def unpack(octets: bytes) -> list[Keys]:
    """Read what `pack` wrote."""
    step = 2 * _KEY_BYTES
    return [
        Keys(octets[at : at + _KEY_BYTES], octets[at + _KEY_BYTES : at + step])
        for at in range(0, len(octets), step)
    ]


_MECHANISMS: dict[str, Callable[[], Exchange]] = {
    "SCRAM-SHA-256": _scram,
    "PLAIN": _plain,
    "LOGIN": _login,
}
