"""The PROXY protocol, versions 1 and 2: who connected to the proxy in front of us (proxy-protocol.txt)."""

import asyncio
import ipaddress
import logging
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .networks import Networks

log = logging.getLogger(__name__)

SECONDS = 10.0
_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_V1_MOST = 107
_V2_MOST = 16 + 2048
_V2_HEAD = struct.Struct("!12sBBH")
# Family and transport: how long an address is. All but TCP says nothing about a mail client.
_V2_ADDRESS = {0x11: 4, 0x21: 16}
_VERSION, _LOCAL, _PROXY = 0x20, 0, 1


class ProxyError(ValueError):
    """What came is no PROXY header."""


@dataclass(frozen=True, slots=True)
class Header:
    """Who connected; ip "" where the proxy speaks for itself. `length` octets are the header."""

    length: int
    ip: str = ""
    port: int = 0


def read(octets: bytes) -> Header | None:
    """Read a header at the start of a connection; None while it isn't whole. Raises ProxyError."""
    if octets.startswith(_SIGNATURE[: len(octets)]):
        return _read_v2(octets)
    if octets.startswith(b"PROXY "[: len(octets)]):
        return _read_v1(octets)
    raise ProxyError("no PROXY header")


def _read_v1(octets: bytes) -> Header | None:
    line, end, _ = octets[:_V1_MOST].partition(b"\r\n")
    if not end:
        if len(octets) >= _V1_MOST:
            raise ProxyError("the line is too long")
        return None
    length = len(line) + 2
    words = line.decode("ascii", "replace").split(" ")
    if words[1] == "UNKNOWN":
        return Header(length)
    if len(words) != 6 or words[1] not in ("TCP4", "TCP6") or not words[4].isdecimal():
        raise ProxyError("the line is not valid")
    return Header(length, _address(words[2], 4 if words[1] == "TCP4" else 6), int(words[4]))


def _read_v2(octets: bytes) -> Header | None:
    if len(octets) < _V2_HEAD.size:
        return None
    _, version, family, follows = _V2_HEAD.unpack_from(octets)
    length = _V2_HEAD.size + follows
    if version not in (_VERSION | _LOCAL, _VERSION | _PROXY) or length > _V2_MOST:
        raise ProxyError("the header is not valid")
    if len(octets) < length:
        return None
    size = _V2_ADDRESS.get(family, 0)
    if version == _VERSION | _LOCAL or not size:
        return Header(length)
    if follows < 2 * size + 4:
        raise ProxyError("the header is too short")
    ip = ipaddress.ip_address(octets[_V2_HEAD.size : _V2_HEAD.size + size])
    [port] = struct.unpack_from("!H", octets, _V2_HEAD.size + 2 * size)
    return Header(length, str(ip), port)


def _address(text: str, version: int) -> str:
    try:
        found = ipaddress.ip_address(text)
    except ValueError as error:
        raise ProxyError("the address is not valid") from error
    if found.version != version:
        raise ProxyError("the address is of another family")
    return str(found)


class Proxied(Protocol):
    """A protocol that can be told who its peer is, before its connection is made."""

    def seen_from(self, ip: str, port: int) -> None:
        """Take this for the peer's address."""
        ...

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        ...


class Door(asyncio.Protocol):
    """Stands before another protocol: reads the header of a trusted proxy, then steps aside."""

    def __init__(self, behind: Callable[[], Proxied], trusted: Networks) -> None:
        self._behind, self._trusted = behind, trusted
        self._held = b""
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connects: the proxy, whose header is awaited, or anybody else."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername") or ("", 0)
        if peer[0] in self._trusted:
            self._timer = asyncio.get_running_loop().call_later(SECONDS, transport.abort)
        else:
            self._step_aside(Header(0))

    def data_received(self, octets: bytes) -> None:
        """Gather the header; what follows it is the client's."""
        self._held += octets
        try:
            header = read(self._held)
        except ProxyError as error:
            log.warning("The proxy was not understood: %s", error)
            self._close()
            return
        if header is not None:
            self._step_aside(header)

    def connection_lost(self, _error: Exception | None) -> None:
        """The proxy left before it had said who comes."""
        if self._timer is not None:
            self._timer.cancel()

    def _close(self) -> None:
        assert self._transport is not None
        self._transport.abort()

    def _step_aside(self, header: Header) -> None:
        assert self._transport is not None
        if self._timer is not None:
            self._timer.cancel()
        behind = self._behind()
        if header.ip:
            behind.seen_from(header.ip, header.port)
        assert isinstance(behind, asyncio.BaseProtocol)
        self._transport.set_protocol(behind)
        behind.connection_made(self._transport)
        _feed(self._transport.get_protocol(), self._held[header.length :])


def _feed(protocol: asyncio.BaseProtocol, octets: bytes) -> None:
    """Hand on what came with the header, to the protocol or the TLS that it has put before itself."""
    if not octets:
        return
    if isinstance(protocol, asyncio.Protocol):
        protocol.data_received(octets)
        return
    assert isinstance(protocol, asyncio.BufferedProtocol)
    while octets:
        room = memoryview(protocol.get_buffer(len(octets)))
        count = min(len(room), len(octets))
        room[:count] = octets[:count]
        protocol.buffer_updated(count)
        octets = octets[count:]
