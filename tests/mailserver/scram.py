"""A client of SCRAM-SHA-256 (RFC 7677), whatever protocol carries it."""

import base64
import hashlib
import hmac

from .running import LineClient

FIRST = "n,,n={name},r=abcdefgh"


def scram(
    client: LineClient, name: str, password: str, *, at_once: bool, command: str = "s AUTHENTICATE"
) -> list[str]:
    """Speak SCRAM as a client does; the lines that came, with the words of the server decoded."""
    first = FIRST.format(name=name)
    if at_once:
        client.send(f"{command} SCRAM-SHA-256 {encoded(first)}\r\n".encode())
    else:
        client.send(f"{command} SCRAM-SHA-256\r\n".encode())
        assert client.line() == "+ "
        client.send(f"{encoded(first)}\r\n".encode())
    said = [decoded(client.line())]
    nonce, salt, iterations = (word[2:] for word in said[0].split(","))
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(iterations))
    key = hmac.digest(salted, b"Client Key", "sha256")
    last = f"c=biws,r={nonce}"
    message = f"{first[3:]},{said[0]},{last}".encode()
    signature = hmac.digest(hashlib.sha256(key).digest(), message, "sha256")
    proof = bytes(one ^ other for one, other in zip(key, signature, strict=True))
    client.send(f"{encoded(f'{last},p={base64.b64encode(proof).decode()}')}\r\n".encode())
    line = client.line()
    if line.startswith("+ "):
        expected = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), message, "sha256")
        assert decoded(line) == f"v={base64.b64encode(expected).decode()}"
        client.send(b"\r\n")
        line = client.line()
    return [*said, line]


def encoded(text: str) -> str:
    """Write a response."""
    return base64.b64encode(text.encode()).decode()


def decoded(line: str) -> str:
    """Read a challenge."""
    return base64.b64decode(line.removeprefix("+ ")).decode()
