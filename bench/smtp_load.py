"""A load of SMTP sessions that sends unique messages and remembers what was acknowledged."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from .generate import Generated
from .processes import LOOPBACK

_REPLY_SECONDS = 60


class LostError(Exception):
    """The connection broke; `doubtful` when the final dot had gone out and no answer came."""

    def __init__(self, *, doubtful: bool) -> None:
        super().__init__("connection lost")
        self.doubtful = doubtful


@dataclass
class Tally:
    """What became of the messages of one load, by Message-ID."""

    acknowledged: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    doubtful: list[str] = field(default_factory=list)
    lost_connections: int = 0
    temporary: int = 0


class Session:
    """One SMTP conversation with a server on loopback (RFC 5321), without pipelining."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writer: asyncio.StreamWriter | None = None

    async def _open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(LOOPBACK, self._port)
        await self._reply()
        await self._ask(b"EHLO load.example\r\n")

    async def _reply(self) -> int:
        async with asyncio.timeout(_REPLY_SECONDS):
            while True:
                line = await self._reader.readuntil(b"\r\n")
                if line[3:4] != b"-":
                    return int(line[:3])

    async def _ask(self, data: bytes) -> int:
        assert self._writer is not None
        self._writer.write(data)
        await self._writer.drain()
        return await self._reply()

    async def send(self, sender: str, recipient: str, raw: bytes) -> int:
        """Send one message, over a connection that is opened when needed; returns the code that ended it."""
        doubtful = False
        try:
            if self._writer is None:
                await self._open()
            for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA"):
                code = await self._ask(f"{command}\r\n".encode())
                if code >= 400:
                    await self._recover(code)
                    return code
            doubtful = True
            return await self._ask(_stuffed(raw))
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            await self.drop()
            raise LostError(doubtful=doubtful) from error

    async def _recover(self, code: int) -> None:
        """After a refusal: a clean state, on a fresh connection when the server is closing this one."""
        if code == 421:
            await self.drop()
        else:
            await self._ask(b"RSET\r\n")

    async def quit(self) -> None:
        """End the conversation as the protocol wants it."""
        if self._writer is not None:
            with contextlib.suppress(OSError, EOFError, TimeoutError, ValueError):
                await self._ask(b"QUIT\r\n")
            await self.drop()

    async def drop(self) -> None:
        """Close the connection; the next message opens another."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _stuffed(raw: bytes) -> bytes:
    """The content as it goes over the wire (RFC 5321 §4.5.2)."""
    text = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    text = text.replace(b"\r\n.", b"\r\n..")
    return (b"." + text if text.startswith(b".") else text) + b".\r\n"


async def send_all(
    port: int,
    messages: Iterator[Generated],
    recipient: str,
    *,
    sessions: int,
    persistent: bool,
    tries: int = 1,
    pause: float = 0.0,
    tally: Tally | None = None,
) -> Tally:
    """Send every message over `sessions` conversations at once.

    A message that was not acknowledged is sent again, `tries` times in all, as a mail server would; `pause`
    is the wait in seconds before each message. Who wants to look on gives the `tally` to fill.
    """
    tally = tally or Tally()

    async def converse() -> None:
        session = Session(port)
        for message in messages:
            await asyncio.sleep(pause)
            await _deliver(session, message, recipient, tally, tries)
            if not persistent:
                await session.quit()
        await session.quit()

    await asyncio.gather(*(converse() for _ in range(sessions)))
    return tally


async def _deliver(session: Session, message: Generated, recipient: str, tally: Tally, tries: int) -> None:
    """One message, until it is acknowledged, refused for good or out of tries."""
    for _ in range(tries):
        try:
            code = await session.send("load@sender.example", recipient, message.raw)
        except LostError as error:
            tally.lost_connections += 1
            if error.doubtful:
                tally.doubtful.append(message.message_id)
            code = 0
        if 200 <= code < 300:
            tally.acknowledged[message.message_id] = message.raw
            return
        if code >= 500:
            break
        tally.temporary += code >= 400
        await asyncio.sleep(0.1)
    tally.refused[message.message_id] = code
