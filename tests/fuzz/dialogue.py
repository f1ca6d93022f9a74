"""SMTP spoken without sockets: the receiver on a transport of memory, the client on a socket of memory."""

import asyncio
import logging
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import cast

from mailserver.limits import ConnectionLimiter
from mailserver.smtp import client_wire
from mailserver.smtp.envelope import NOTHING, Envelope, Findings, Peer
from mailserver.smtp.grouping import Grouping
from mailserver.smtp.limits import Limits
from mailserver.smtp.patience import Deadline
from mailserver.smtp.receiver import Receiver
from mailserver.smtp.replies import RECIPIENT_OK, SENDER_OK, STORED
from mailserver.smtp.reply import Reply
from mailserver.smtp.service import Service
from mailserver.smtp.spool import Budget
from mailserver.smtp.transcript import Transcript

LIMITS = Limits(message_bytes=4000, command_bytes=200, line_bytes=500, header_bytes=2000, memory_bytes=1500)
_REPLY = re.compile(rb"[2-5][0-9]{2}[ -][ -~]*\Z")
_TURNS = 40


class _Backend:
    def __init__(self) -> None:
        self.stored: list[Envelope] = []

    def recall_sender(self, peer: Peer, mail_from: str, size: int) -> Reply | None:
        return None

    def check_sender(self, peer: Peer, mail_from: str, size: int) -> Reply:
        return SENDER_OK

    def recall_recipient(self, peer: Peer, mail_from: str, recipient: str, size: int) -> Reply | None:
        return None

    def check_recipient(self, peer: Peer, mail_from: str, recipient: str, size: int) -> Reply:
        return RECIPIENT_OK

    def turn_away(self, peer: Peer, mail_from: str, recipients: Sequence[str], reply: Reply) -> None:
        pass

    examines = False

    def examines_from(self, peer: Peer) -> bool:
        return False

    def examine(self, envelope: Envelope) -> Findings | Reply:
        return NOTHING

    def read(self, envelope: Envelope) -> Envelope:
        return envelope

    def deliver(self, batch: Sequence[Envelope]) -> Sequence[Reply]:
        self.stored.extend(batch)
        return [STORED] * len(batch)

    def end_thread(self) -> None:
        pass


class Transport(asyncio.Transport):
    """A connection that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 2525)})
        self.written = bytearray()
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(self.format(record))


async def _at_once(function: Callable[..., object], *arguments: object) -> object:
    return function(*arguments)


async def _session(pieces: Sequence[bytes]) -> tuple[bytes, list[Envelope], int]:
    backend = _Backend()
    budget = Budget(LIMITS, Path(tempfile.gettempdir()))
    grouping = Grouping(backend, LIMITS, cast(Callable, _at_once), nullcontext())
    service = Service("mx.test", backend, LIMITS, ConnectionLimiter(), budget, grouping, _at_once, None)
    receiver, transport = Receiver(service), Transport()
    receiver.connection_made(transport)
    for piece in pieces:
        if transport.closed:
            break
        receiver.data_received(piece)
        for _ in range(_TURNS):
            await asyncio.sleep(0)
    if not transport.closed:
        receiver.eof_received()
    task = receiver._handler_coroutine
    if task is not None:
        await asyncio.wait_for(asyncio.shield(task), 30)
    receiver.connection_lost(None)
    assert not service.connections
    return bytes(transport.written), backend.stored, budget.used


def serve(pieces: Sequence[bytes]) -> tuple[bytes, list[Envelope]]:
    """Give a receiver what a peer sends, as it is cut; its answers, and what it took as messages."""
    complaints = _Complaints()
    logger = logging.getLogger("mailserver.smtp")
    logger.addHandler(complaints)
    try:
        written, stored, used = asyncio.run(_session(pieces))
    finally:
        logger.removeHandler(complaints)
    assert not complaints.records, complaints.records
    assert used == 0
    return written, stored


def check_receiver(data: bytes, cut: int) -> None:
    """Every answer is a reply; what is taken is clean; how the octets were cut into packets is no matter."""
    written, stored = serve([data])
    for line in written.split(b"\r\n")[:-1]:
        assert _REPLY.match(line), line
    assert written.endswith(b"\r\n")
    for envelope in stored:
        bare = envelope.content.replace(b"\r\n", b"")
        assert not {0x0D, 0x0A, 0} & set(bare)
        assert len(envelope.content) <= LIMITS.message_bytes
        assert envelope.recipients
    step = cut % 7 + 1
    pieces = [data[start : start + step] for start in range(0, min(len(data), 400), step)]
    again = serve([*pieces, data[400:]] if len(data) > 400 else pieces)
    assert again[0] == written
    assert [each.content for each in again[1]] == [each.content for each in stored]


class _Socket:
    """A peer that says what it says, in pieces, and then closes."""

    def __init__(self, data: bytes, step: int) -> None:
        self.data, self.step = data, step

    def settimeout(self, seconds: float) -> None:
        pass

    def recv(self, size: int) -> bytes:
        piece, self.data = self.data[: self.step], self.data[self.step :]
        return piece

    def sendall(self, data: bytes) -> None:
        pass


def replies(data: bytes, step: int) -> list[Reply]:
    """The replies a client reads in what a server says, until that is no SMTP any more."""
    wire = client_wire.Wire(cast("client_wire.socket.socket", _Socket(data, step)), Transcript(lambda: 0.0))
    found = []
    while True:
        try:
            found.append(wire.reply(Deadline(1000)))
        except client_wire.WireError as error:
            found.append(error.reply)
            return found


def check_client(data: bytes, cut: int) -> None:
    """Every reply has a code of three digits and words; how it was cut into packets is no matter."""
    found = replies(data, len(data) + 1)
    assert all(200 <= reply.code <= 599 for reply in found[:-1])
    assert found == replies(data, cut % 7 + 1)
