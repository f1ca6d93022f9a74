"""Listening sockets from settings such as `127.0.0.1:2525` or `0.0.0.0:25,[::]:25`."""

import socket


def listen(addresses: str) -> list[socket.socket]:
    """Bind one socket for each `host:port`, so that processes forked later can share it."""
    return [_bound(address.strip()) for address in addresses.split(",") if address.strip()]


def _bound(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, int(port)), family=family, backlog=512)
    # Connections inherit it: asyncio sets it only on sockets that it makes itself, and without it a second
    # short answer waits for the acknowledgement of the first, 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
