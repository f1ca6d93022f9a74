"""One IMAP client over a socket, as thin as can be: what it costs is not the server's."""

import re
import socket
import ssl

from .processes import LOOPBACK

_FOUND = re.compile(rb"^\* SEARCH([^\r\n]*)", re.MULTILINE)


class RefusedError(Exception):
    """The server said NO or BAD; the text is its answer."""


class ImapClient:
    """A session that is logged in; `tls` checks no certificate."""

    def __init__(self, port: int, user: str, password: str, *, tls: bool = False) -> None:
        peer = socket.create_connection((LOOPBACK, port), timeout=600)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._peer = _unchecked().wrap_socket(peer) if tls else peer
        self._count = 0
        self._read(b"* ")
        self.ask(f'LOGIN {user} "{password}"')

    def ask(self, command: str) -> bytes:
        """Send a command; its whole answer. Raises RefusedError."""
        self._count += 1
        tag = b"t%06d " % self._count
        self._peer.sendall(tag + command.encode() + b"\r\n")
        answer = self._read(tag)
        end = answer[answer.rfind(tag) :]
        if not end.startswith(tag + b"OK"):
            raise RefusedError(f"{command}: {end[:300]!r}")
        return answer

    def search(self, keys: str) -> list[int]:
        """Ask for uids."""
        found = _FOUND.findall(self.ask(f"UID SEARCH {keys}"))
        return [int(uid) for line in found for uid in line.split()]

    def idle(self) -> None:
        """Begin to idle, for ever."""
        self._peer.sendall(b"i IDLE\r\n")
        self._read(b"+ ")

    def close(self) -> None:
        """Leave without a word."""
        self._peer.close()

    def _read(self, start: bytes) -> bytes:
        """Read up to the end of a line that begins so, and is the last that came."""
        got = bytearray()
        while not got.endswith(b"\r\n") or not got[got.rfind(b"\n", 0, -1) + 1 :].startswith(start):
            more = self._peer.recv(1 << 18)
            if not more:
                raise ConnectionError(f"the server hung up: {bytes(got[-200:])!r}")
            got += more
        return bytes(got)


def _unchecked() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
