"""The two directions of a session: command lines and chunks in, replies out."""

import asyncio

from .limits import CHUNK_LIMIT, MIB, Limits
from .replies import BARE_LINE_END, LINE_TOO_LONG, TOO_MANY_ERRORS
from .reply import Reply


class Hangup(Exception):
    """End the session with this last reply."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.line())
        self.reply = reply


class BadLine(ValueError):
    """A command line that is not taken; `reply` says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.line())
        self.reply = reply


class Wire:
    """Replies wait until we have to wait ourselves, so that a pipelined group is answered at once."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: Limits) -> None:
        self._reader, self._writer, self._limits = reader, writer, limits
        self._held = bytearray()
        self._replies = bytearray()

    def write(self, *lines: str) -> None:
        """Add lines to what will be answered."""
        for line in lines:
            self._replies += line.encode() + b"\r\n"

    async def flush(self) -> None:
        """Send what waits; raises ConnectionError when the peer is gone."""
        if self._replies:
            self._writer.write(bytes(self._replies))
            self._replies.clear()
            await self._writer.drain()

    def forget(self) -> None:
        """Drop what came and was not read: it was said before TLS (RFC 3207 §4.2)."""
        self._held.clear()

    async def line(self) -> bytes:
        """Read one command line without its CR LF; raises BadLine, or EOFError at the end."""
        searched = 0
        while (end := self._held.find(b"\n", searched)) < 0:
            searched = len(self._held)
            if searched > self._limits.command_bytes:
                await self._skip_line()
                raise BadLine(LINE_TOO_LONG)
            self._held += await self._more()
        line = bytes(self._held[: end + 1])
        del self._held[: end + 1]
        if len(line) > self._limits.command_bytes:
            raise BadLine(LINE_TOO_LONG)
        if not line.endswith(b"\r\n") or b"\r" in line[:-2] or b"\0" in line:
            raise BadLine(BARE_LINE_END)
        return line[:-2]

    async def chunk(self, most: int = CHUNK_LIMIT) -> bytes:
        """Read what is there, at least one octet; raises EOFError at the end."""
        if not self._held:
            return await self._more(most)
        chunk = bytes(self._held[:most])
        del self._held[:most]
        return chunk

    def give_back(self, octets: bytes) -> None:
        """Return what was read too far."""
        self._held[:0] = octets

    async def _more(self, most: int = CHUNK_LIMIT) -> bytes:
        await self.flush()
        octets = await self._reader.read(min(most, CHUNK_LIMIT))
        if not octets:
            raise EOFError
        return octets

    async def _skip_line(self) -> None:
        """Read to the end of an over-long line; one without end is no accident."""
        skipped = 0
        while (end := self._held.find(b"\n")) < 0:
            skipped += len(self._held)
            if skipped > MIB:
                raise Hangup(TOO_MANY_ERRORS)
            self._held.clear()
            self._held += await self._more()
        del self._held[: end + 1]
