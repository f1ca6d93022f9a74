"""One connection: lines and literals within limits, TLS in the middle of it."""

import asyncio
import ssl
from dataclasses import dataclass

from . import wire
from .wire import WireError, Word


@dataclass(frozen=True, slots=True)
class Limits:
    """Octets, seconds and counts; the line and the literals before log-in are for a name and a password."""

    line_octets: int = 8 * 1024
    literal_octets: int = 8 * 1024
    script_octets: int = 1024 * 1024
    words: int = 3
    wrong_commands: int = 10
    idle_before: float = 60.0
    idle_after: float = 30 * 60.0
    handshake: float = 30.0
    write: float = 60.0


class GoodbyeError(Exception):
    """The connection ends, for the reason given; "" when the peer has gone."""


class Reader(asyncio.StreamReader):
    """A stream that can say whether something is there that nobody has read."""

    def has_more(self) -> bool:
        """Tell whether octets wait."""
        return bool(self._buffer)  # type: ignore[attr-defined]


class Connection:
    """Reads commands and writes answers."""

    def __init__(self, reader: Reader, writer: asyncio.StreamWriter, limits: Limits) -> None:
        self._reader, self._writer, self._limits = reader, writer, limits
        self.is_secure = False
        self.is_known = False

    async def command(self) -> list[Word]:
        """The next command; raises WireError for what is none, and GoodbyeError."""
        patience = self._limits.idle_after if self.is_known else self._limits.idle_before
        try:
            async with asyncio.timeout(patience):
                return await self._command()
        except TimeoutError as error:
            raise GoodbyeError("Idle for too long") from error

    async def string(self) -> str:
        """One string on a line of its own, which answers a challenge."""
        found = await self.command()
        if len(found) != 1 or not found[0].is_string:
            raise WireError("not a string")
        return found[0].text

    async def say(self, *lines: bytes) -> None:
        """Write whole lines; who doesn't read them is left."""
        self._writer.write(b"".join(line + b"\r\n" for line in lines))
        try:
            async with asyncio.timeout(self._limits.write):
                await self._writer.drain()
        except (TimeoutError, ConnectionError) as error:
            raise GoodbyeError("") from error

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on encrypted. What was sent before that, and not read, was sent by anybody (RFC 5804 §2.2)."""
        if self._reader.has_more():
            raise GoodbyeError("Nothing may follow STARTTLS")
        await self.say(b'OK "Begin TLS negotiation now"')
        try:
            await self._writer.start_tls(context, ssl_handshake_timeout=self._limits.handshake)
        except (OSError, TimeoutError) as error:
            raise GoodbyeError("") from error
        self.is_secure = True

    async def _command(self) -> list[Word]:
        limit = self._limits.script_octets if self.is_known else self._limits.literal_octets
        found, size = wire.words(await self._line())
        literals: list[bytes] = []
        while size is not None:
            if size > limit or len(found) > self._limits.words:
                raise GoodbyeError("The literal is too large")
            literals.append(await self._octets(size))
            found.append(wire.LITERAL)
            more, size = wire.words(await self._line())
            found += more
        # What a literal says is looked at when all of the command was read.
        spoken = map(wire.string, literals)
        return [next(spoken) if word is wire.LITERAL else word for word in found]

    async def _line(self) -> bytes:
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            raise GoodbyeError("") from error
        except asyncio.LimitOverrunError as error:
            raise GoodbyeError("The line is too long") from error
        except OSError as error:
            raise GoodbyeError("") from error
        if not line.endswith(b"\r\n"):
            raise GoodbyeError("Lines end with CR LF")
        return line[:-2]

    async def _octets(self, size: int) -> bytes:
        try:
            return await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise GoodbyeError("") from error
