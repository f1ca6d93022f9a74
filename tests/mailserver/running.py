"""A server in a thread, and a client that speaks in lines."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol


class Server(Protocol):
    """What servers of all protocols have."""

    service: Any

    async def start(
        self, sockets: Sequence[socket.socket], tls_sockets: Sequence[socket.socket] = ()
    ) -> None: ...

    async def stop(self) -> None: ...


class Running[S: Server]:
    """A server in a thread, and the ways to reach it."""

    def __init__(self, server: S, address: tuple[str, int]) -> None:
        self.server, self.address = server, address
        self.loop = asyncio.new_event_loop()

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(self.address, timeout=10)

    def stop(self) -> None:
        """Stop as SIGTERM does; returns when it has stopped."""
        asyncio.run_coroutine_threadsafe(self.server.stop(), self.loop).result(60)


@contextmanager
def serving[S: Server](
    run: Running[S], listening: socket.socket, *, tls_first: bool = False
) -> Iterator[None]:
    """Run the server's event loop in a thread, and stop both at the end."""
    sockets: tuple[list[socket.socket], ...] = ([], [listening]) if tls_first else ([listening],)
    thread = threading.Thread(target=run.loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(run.server.start(*sockets), run.loop).result(10)
    try:
        yield
    finally:
        if not run.server.service.stopping:
            run.stop()
        asyncio.run_coroutine_threadsafe(_end_tasks(), run.loop).result(10)
        run.loop.call_soon_threadsafe(run.loop.stop)
        thread.join(10)
        run.loop.close()


async def _end_tasks() -> None:
    """Wait for what ends after the server has, as asyncio.run does."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class LineClient:
    """Octets to the server and lines back."""

    def __init__(self, peer: socket.socket) -> None:
        self.peer, self.answers = peer, peer.makefile("rb")

    def send(self, octets: bytes) -> None:
        """Send as it stands."""
        self.peer.sendall(octets)

    def line(self) -> str:
        """The next line; "" when the server has closed."""
        return self.answers.readline().decode().removesuffix("\r\n")

    def close(self) -> None:
        """Leave without a word."""
        self.answers.close()
        self.peer.close()
