"""The client's end of one SMTP connection: lines out, replies in, every wait with a deadline."""

import re
import socket
import ssl
from collections.abc import Iterable

from .guard import Guard, GuardError, TlsFailure, failure_of
from .patience import Deadline, Timeouts
from .reply import Reply
from .transcript import Transcript

MAX_REPLY_LINES = 100
MAX_REPLY_BYTES = 65536

_REPLY_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")


class WireError(Exception):
    """The connection is of no more use: lost, silent, or not speaking SMTP; `reply` says why."""

    def __init__(self, enhanced: str, text: str) -> None:
        super().__init__(text)
        self.reply = Reply(0, enhanced, text)


class TlsError(WireError):
    """The encryption did not come about; `failure` says why."""

    def __init__(self, failure: TlsFailure) -> None:
        super().__init__("4.7.5", f"TLS could not be set up: {failure.text}")
        self.failure = failure


class Wire:
    """One connection; after a WireError only `close` is left to do."""

    def __init__(self, sock: socket.socket, transcript: Transcript) -> None:
        self._socket = sock
        self._transcript = transcript
        self._buffer = b""
        self._unsent = b""

    def tell(self, transcript: Transcript) -> None:
        """Keep what is said from here on in another transcript."""
        self._transcript = transcript

    def put(self, line: str, shown: str = "") -> None:
        """Make a command line ready to be sent with the next `flush`; a control character is a ValueError.

        `shown` is what the transcript keeps of it instead: a secret is in no transcript.
        """
        encoded = line.encode()
        if any(byte < 32 or byte == 127 for byte in encoded):
            raise ValueError("a command holds a control character")
        self._transcript.client(shown.encode() or encoded)
        self._unsent += encoded + b"\r\n"

    def flush(self, deadline: Deadline) -> None:
        """Send what was put, several lines in one go (RFC 2920)."""
        data, self._unsent = self._unsent, b""
        self._send(data, deadline)

    def content(self, blocks: Iterable[bytes | memoryview], timeouts: Timeouts, within: Deadline) -> None:
        """Send a message as content.on_the_wire made it; each block has its own time."""
        for block in blocks:
            self._send(block, Deadline(timeouts.block, within))

    def reply(self, deadline: Deadline) -> Reply:
        """Read one reply, its lines joined by line feeds in `text`; the enhanced code taken off the lines."""
        code, texts = self._reply_lines(deadline)
        enhanced = ""
        for number, text in enumerate(texts):
            if (match := _ENHANCED.match(text)) and match[1][0] == str(code)[0]:
                enhanced = enhanced or match[1]
                texts[number] = text[match.end() :]
        return Reply(code, enhanced, "\n".join(texts).strip())

    def start_tls(self, guard: Guard, name: str, deadline: Deadline) -> tuple[str, str]:
        """Encrypt from here on; what came in the clear before is dropped.

        Returns version and cipher, and what the certificate was proven by. Raises TlsError.
        """
        self._buffer = b""
        try:
            self._socket.settimeout(deadline.remaining())
            secured = guard.tls_context().wrap_socket(self._socket, server_hostname=name or None)
            self._socket = secured
            proof = guard.check(secured)
        except (OSError, ValueError, GuardError) as error:
            raise TlsError(failure_of(error)) from error
        cipher = secured.cipher()
        version = (secured.version() or "").replace("TLSv", "TLS ")
        return f"{version} {cipher[0] if cipher else ''}".strip(), proof

    def close(self) -> None:
        """Close at once, without a word."""
        self._socket.close()

    def _send(self, data: bytes | memoryview, deadline: Deadline) -> None:
        try:
            self._socket.settimeout(deadline.remaining())
            self._socket.sendall(data)
        except OSError as error:
            raise WireError("4.4.2", f"The connection was lost while sending: {_reason(error)}") from error

    def _reply_lines(self, deadline: Deadline) -> tuple[int, list[str]]:
        texts: list[str] = []
        code, size = 0, 0
        while True:
            line = self._line(deadline)
            self._transcript.server(line)
            size += len(line)
            match = _REPLY_LINE.fullmatch(line)
            if not match or (code and int(match[1]) != code):
                raise WireError("4.5.0", "The server's answer is not SMTP")
            code = int(match[1])
            # PostgreSQL keeps no null in a text.
            texts.append((match[3] or b"").replace(b"\0", b"").decode("utf-8", "replace"))
            if match[2] != b"-":
                return code, texts
            if len(texts) >= MAX_REPLY_LINES or size > MAX_REPLY_BYTES:
                raise WireError("4.5.0", "The server's answer does not end")

    def _line(self, deadline: Deadline) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > MAX_REPLY_BYTES:
                raise WireError("4.5.0", "The server's answer does not end")
            self._buffer += self._receive(deadline)
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.removesuffix(b"\r")

    def _receive(self, deadline: Deadline) -> bytes:
        try:
            self._socket.settimeout(deadline.remaining())
            data = self._socket.recv(65536)
        except TimeoutError as error:
            raise WireError("4.4.2", "The server did not answer in time") from error
        except OSError as error:
            raise WireError("4.4.2", f"The connection was lost: {_reason(error)}") from error
        if not data:
            raise WireError("4.4.2", "The server closed the connection")
        return data


def _reason(error: Exception) -> str:
    """Say what a socket or TLS error means, in the system's words."""
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ssl.SSLError):
        return (error.reason or type(error).__name__).replace("_", " ").lower()
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
