"""The two directions of one connection: octets in, held within bounds; octets out, no faster than they go."""

import asyncio
import logging
import ssl
import zlib
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from .limits import KIB, Limits

log = logging.getLogger(__name__)

_HELD_BYTES = 64 * KIB
"""Of a client that sends faster than it is answered, before its connection is paused."""
_WRITTEN_AT_ONCE = 64 * KIB
_LINGER_SECONDS = 10.0


class Bye(Exception):
    """The session ends with these last words."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Owner(Protocol):
    """What a connection needs to know of its server."""

    @property
    def limits(self) -> Limits:
        """What a session may use."""
        ...

    def admit(self, ip: str) -> bytes:
        """Count a connection; what is said to one that is not taken, "" to one that is."""
        ...

    def release(self, ip: str) -> None:
        """A connection that was admitted has ended."""
        ...


class Connection(asyncio.Protocol):
    """A client's connection, on which a session is held."""

    def __init__(self, owner: Owner, talk: Callable[["Connection"], Coroutine[Any, Any, None]]) -> None:
        self._owner, self._talk = owner, talk
        self.limits = owner.limits
        self.ip = ""
        self.is_encrypted = False
        self._transport: asyncio.Transport | None = None
        self._held = bytearray()
        self._out = bytearray()
        self._has_ended = self._is_paused = False
        self._arrival: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._task: asyncio.Task[None] | None = None
        self._inflate: Any = None
        self._deflate: Any = None
        self._packed = b""

    # --- Called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin a session, if there is room for one more."""
        assert isinstance(transport, asyncio.Transport)
        self.ip = transport.get_extra_info("peername", ("", 0))[0]
        self.is_encrypted = transport.get_extra_info("ssl_object") is not None
        refusal = self._owner.admit(self.ip)
        if refusal:
            transport.write(refusal)
            transport.close()
            return
        self._transport = transport
        transport.set_write_buffer_limits(high=4 * _WRITTEN_AT_ONCE)
        self._task = asyncio.get_running_loop().create_task(self._talk(self))

    def connection_lost(self, _error: Exception | None) -> None:
        """The client is gone."""
        self._has_ended = True
        self._writable.set()
        self._wake()
        if self._transport is not None:
            self._transport = None
            self._owner.release(self.ip)

    def eof_received(self) -> bool:
        """The client sends no more, but may still read our answers; TLS knows no such half."""
        self._has_ended = True
        self._wake()
        return not self.is_encrypted

    def data_received(self, data: bytes) -> None:
        """Hold what came; a client that sends on and on waits."""
        if self._inflate is None:
            self._held += data
        else:
            self._packed += data
        if len(self._held) + len(self._packed) > _HELD_BYTES and self._transport and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        self._wake()

    def pause_writing(self) -> None:
        """The client doesn't read as fast as we write."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._writable.set()

    # --- In

    async def line(self, limit: int) -> bytes:
        """Read up to the next LF and with it; raises Bye when it is longer than `limit`."""
        searched = 0
        async with asyncio.timeout(self.limits.line_seconds):
            while (end := self._held.find(b"\n", searched)) < 0 and len(self._held) <= limit:
                searched = len(self._held)
                await self._more()
        if end < 0 or end >= limit:
            raise Bye("A line is too long")
        return self._pop(end + 1)

    async def exactly(self, count: int) -> bytes:
        """Read so many octets, at the pace that is asked of every client."""
        pieces: list[bytes] = []
        async with asyncio.timeout(30 + count / self.limits.slowest_bytes_per_second):
            while count:
                if not self._held:
                    await self._more()
                pieces.append(self._pop(min(count, len(self._held))))
                count -= len(pieces[-1])
        return b"".join(pieces)

    async def skip(self, count: int) -> None:
        """Read so many octets, and forget them."""
        async with asyncio.timeout(30 + count / self.limits.slowest_bytes_per_second):
            while count:
                if not self._held:
                    await self._more()
                count -= len(self._pop(min(count, len(self._held))))

    async def wait_for_input(self) -> None:
        """Return when something came."""
        if not self._held:
            await self._more()

    def peek(self, count: int) -> bytes:
        """Look at the first octets that came and were not read."""
        return bytes(self._held[:count])

    @property
    def has_ended(self) -> bool:
        """Tell whether the client sends no more."""
        return self._has_ended

    async def _more(self) -> None:
        await self.flush()
        before = len(self._held)
        while len(self._held) == before:
            if self._packed:
                self._unpack()
                continue
            if self._has_ended:
                raise EOFError
            if self._is_paused and self._transport:
                self._is_paused = False
                self._transport.resume_reading()
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival

    def _unpack(self) -> None:
        """Inflate a bounded stretch: a few octets may stand for a great many."""
        self._held += self._inflate.decompress(self._packed, _HELD_BYTES)
        self._packed = self._inflate.unconsumed_tail

    def _pop(self, count: int) -> bytes:
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    # --- Out

    def write(self, octets: bytes) -> None:
        """Add to what will be sent."""
        self._out += octets

    async def send(self, octets: bytes) -> None:
        """Add to what will be sent, and wait when there is much of it already."""
        self._out += octets
        if len(self._out) >= _WRITTEN_AT_ONCE:
            await self.flush()

    async def flush(self) -> None:
        """Send what waits; raises ConnectionError when nobody is there, TimeoutError when nobody reads."""
        if self._out:
            data, self._out = bytes(self._out), bytearray()
            if self._deflate is not None:
                data = self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
            if self._transport is None or self._transport.is_closing():
                raise ConnectionResetError
            self._transport.write(data)
        if not self._writable.is_set():
            async with asyncio.timeout(self.limits.write_seconds):
                await self._writable.wait()

    # --- Changes of what lies beneath

    async def start_tls(self, context: ssl.SSLContext, answer: bytes) -> None:
        """Answer and switch to TLS; what came before that in the clear is dropped (RFC 9051 §6.2.1)."""
        await self.flush()
        transport = self._transport
        if transport is None:
            raise ConnectionResetError
        transport.pause_reading()
        transport.write(answer)
        self._held.clear()
        self._transport = await asyncio.get_running_loop().start_tls(
            transport, self, context, server_side=True, ssl_handshake_timeout=30
        )
        if self._transport is None:
            raise ConnectionResetError
        self._is_paused = False
        self.is_encrypted = True

    def start_compression(self) -> None:
        """All that follows is compressed, both ways (RFC 4978)."""
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._deflate = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._packed, self._held = bytes(self._held), bytearray()

    @property
    def is_compressed(self) -> bool:
        """Tell whether it is."""
        return self._deflate is not None

    def close(self) -> None:
        """Close once all is sent; a client that doesn't read has a few seconds."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.close()
            asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._transport.abort)

    def cancel(self) -> None:
        """End the session where it stands."""
        if self._task is not None:
            self._task.cancel()
