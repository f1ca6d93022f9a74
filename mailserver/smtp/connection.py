"""The life of one SMTP connection: admitted, talked to, ended with a last word (on aiosmtpd's protocol)."""

import asyncio
import logging
from asyncio.sslproto import SSLProtocol
from typing import Any

from aiosmtpd.smtp import SMTP, TLSSetupException

from .deadline import Deadline
from .limits import CHUNK_LIMIT
from .replies import SHUTTING_DOWN, TIMED_OUT, TOO_MANY_CONNECTIONS
from .reply import TROUBLE, Reply
from .service import Service
from .wire import Hangup, Wire

log = logging.getLogger(__name__)

# How long a peer that does not read may hold a connection that we have closed.
LINGER_SECONDS = 10.0


class Connection(SMTP):
    """aiosmtpd's protocol, with our own limits, deadlines and endings.

    Its constructor looks through all its members and hooks for each connection, which costs more than a
    message: ours sets only what the inherited STARTTLS and connection handling use.
    """

    def __init__(self, service: Service, *, tls_first: bool = False) -> None:
        self.service = service
        self._tls_first = tls_first
        self.loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=CHUNK_LIMIT, loop=self.loop)
        super(SMTP, self).__init__(reader, client_connected_cb=self._cb_client_connected, loop=self.loop)
        self.event_handler: Any = None
        self._handle_hooks = {}
        self.session = self.envelope = self.transport = None
        self.tls_context = None
        self._tls_handshake_okay = True
        self._tls_protocol = self._original_transport = None
        self._timeout_handle = self._handler_coroutine = None
        self._ip, self._port = "", 0
        self._admitted = self._waiting = False
        self._linger: asyncio.TimerHandle | None = None

    def seen_from(self, ip: str, port: int) -> None:
        """Take a proxy's word for who connects (proxy_protocol.Proxied)."""
        self._ip, self._port = ip, port

    # --- Begin and end, called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer connects, or has just switched to TLS: the same peer then, with nothing said yet."""
        if self._original_transport is None:
            if not self._admit(transport):
                return
            if self._tls_first:
                self._begin_tls(transport)
                return
        super().connection_made(transport)

    def _begin_tls(self, below: asyncio.BaseTransport) -> None:
        """Put TLS between the peer and us; `connection_made` is called again when it has shaken hands."""
        assert self.service.tls is not None
        assert isinstance(below, asyncio.Transport)
        shaken = self.loop.create_future()
        shaken.add_done_callback(self._end_handshake)
        self._original_transport = below
        self._tls_protocol = SSLProtocol(self.loop, self, self.service.tls(), shaken, server_side=True)
        below.set_protocol(self._tls_protocol)
        self._tls_protocol.connection_made(below)

    def _end_handshake(self, shaken: asyncio.Future[None]) -> None:
        """The TLS layer tells nobody above it that the connection is lost before it was made."""
        failure = None if shaken.cancelled() else shaken.exception()
        if failure is not None:
            log.debug("%s did not shake hands: %s", self._ip, failure)
            self.connection_lost(None)

    def _admit(self, transport: asyncio.BaseTransport) -> bool:
        assert isinstance(transport, asyncio.WriteTransport)
        if not self._ip:
            self._ip, self._port = transport.get_extra_info("peername", ("", 0))[:2]
        refusal = SHUTTING_DOWN if self.service.stopping else TOO_MANY_CONNECTIONS
        if self.service.stopping or not self.service.limiter.admit(self._ip):
            transport.write(refusal.line().encode() + b"\r\n")
            transport.close()
            return False
        self._admitted = True
        self.service.connections.add(self)
        self._deadline = Deadline(self.loop, self.service.limits, lambda: self.hang_up(TIMED_OUT))
        return True

    def connection_lost(self, error: Exception | None) -> None:
        """The peer is gone. Its task is not cancelled: a message that is all here gets committed."""
        if not self._admitted:
            return
        self._admitted = False
        self.service.connections.discard(self)
        self.service.limiter.release(self._ip)
        self._deadline.cancel()
        if self._linger is not None:
            self._linger.cancel()
        if self._original_transport is not None:
            self._original_transport.close()
        asyncio.StreamReaderProtocol.connection_lost(self, error)
        self.transport = None

    def eof_received(self) -> bool | None:
        """The peer sends no more, but may still read our answer to what it sent."""
        if not self._admitted:
            return False
        keeps_open = asyncio.StreamReaderProtocol.eof_received(self)
        return keeps_open and self._tls_protocol is None

    def _cb_client_connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super()._cb_client_connected(reader, writer)
        self._wire = Wire(reader, writer, self.service.limits)

    def _reset_timeout(self, duration: float | None = None) -> None:  # noqa: ARG002
        """Called by aiosmtpd when a connection is made; its own timer would close without a word."""
        self._deadline.await_command()

    def _set_rset_state(self) -> None:
        """Forget the mail under way; aiosmtpd calls it when a connection is made."""

    async def push(self, status: str | bytes) -> None:
        """Send a line at once, for the inherited STARTTLS."""
        self._wire.write(status if isinstance(status, str) else status.decode())
        await self._wire.flush()

    # --- The session

    async def _handle_client(self) -> None:
        try:
            await self._converse()
        except Hangup as last:
            await self._say_last(last.reply)
        except (EOFError, ConnectionError, TimeoutError):
            log.debug("%s ended the connection", self._ip)
        except TLSSetupException as failure:
            # The TLS layer tells nobody above it that the connection is lost before it was made.
            self.connection_lost(failure)
        except Exception:
            log.exception("Session with %s failed", self._ip)
            await self._say_last(Reply(421, TROUBLE.enhanced, TROUBLE.text))
        finally:
            self._set_rset_state()
            self._close()

    async def _converse(self) -> None:
        """Answer commands until the peer leaves."""
        raise NotImplementedError

    async def _say_last(self, reply: Reply) -> None:
        self._wire.write(reply.line())
        try:
            await self._wire.flush()
        except ConnectionError:
            log.debug("%s left without its last reply", self._ip)

    def stop_if_idle(self) -> None:
        """The server stops: who is between commands is sent away, who sends data may finish."""
        if self._waiting or self.transport is None:
            self.hang_up(SHUTTING_DOWN)

    def hang_up(self, reply: Reply) -> None:
        """Say a last reply and close, from outside the session's task."""
        transport = self.transport
        if transport is not None and not transport.is_closing():
            assert isinstance(transport, asyncio.WriteTransport)
            transport.write(reply.line().encode() + b"\r\n")
        self._close()

    def _close(self) -> None:
        transport = self.transport
        if transport is None and isinstance(self._original_transport, asyncio.WriteTransport):
            # In the middle of the handshake nothing can be said.
            self._original_transport.abort()
        if transport is None or transport.is_closing():
            return
        transport.close()
        below = self._original_transport or transport
        assert isinstance(below, asyncio.WriteTransport)
        self._linger = self.loop.call_later(LINGER_SECONDS, below.abort)
