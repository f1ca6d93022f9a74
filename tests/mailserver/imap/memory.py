"""A backend in memory, and a running server on it."""

import asyncio
import socket
import ssl
from array import array
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailserver.imap.backend import (
    Body,
    Changes,
    FlagChange,
    Mailbox,
    NewMessage,
    Peer,
    Quota,
    Row,
)
from mailserver.imap.limits import Limits
from mailserver.imap.replies import No
from mailserver.imap.search_keys import Key
from mailserver.imap.sequence import within
from mailserver.imap.server import Server
from mailserver.limits import ConnectionLimiter
from mailserver.message import part, structure
from mailserver.message.digest import digest
from mailserver.sasl import Claim, Password, Salt, scram_keys
from tests.mailserver.admission import MemoryAdmission
from tests.mailserver.running import LineClient, Running, serving

PASSWORD = "open sesame"
WHEN = datetime(2026, 2, 1, 12, 0, 0, tzinfo=UTC)


@dataclass
class Box:
    """A mailbox: its rows, the bytes of its messages, what went."""

    key: int
    path: str
    role: str = ""
    is_subscribed: bool = True
    uid_next: int = 1
    modseq: int = 1
    recent: int = 1
    rows: dict[int, Row] = field(default_factory=dict)
    gone: list[tuple[int, int]] = field(default_factory=list)


class MemoryMail:
    """One person's mail (mailserver.imap.backend.Mail)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.admission = MemoryAdmission()
        self.boxes = {"INBOX": Box(1, "INBOX", "inbox"), "Trash": Box(2, "Trash", "trash")}
        self.bytes: dict[int, bytes] = {}
        self.modseq = 1
        self.room = 10**9
        self.lost: list[str] = []
        self.watchers: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def next_modseq(self, box: Box) -> int:
        """Take the modseq of a change."""
        self.modseq += 1
        box.modseq = self.modseq
        return self.modseq

    def wake(self) -> None:
        """Tell who waits that something may have changed."""
        for loop, event in self.watchers:
            loop.call_soon_threadsafe(event.set)

    def mailboxes(self) -> list[Mailbox]:
        return [_mailbox(self.boxes[path]) for path in sorted(self.boxes)]

    def deleted(self, key: int) -> int:
        box = next(box for box in self.boxes.values() if box.key == key)
        return sum("\\Deleted" in row.flags for row in box.rows.values())

    def recent(self, key: int) -> int:
        box = next(box for box in self.boxes.values() if box.key == key)
        return sum(uid >= box.recent for uid in box.rows)

    def lost_subscriptions(self) -> list[str]:
        return self.lost

    def box(self, path: str, code: str = "NONEXISTENT") -> Box:
        """Find a mailbox."""
        if path not in self.boxes:
            raise No("There is no such mailbox", code)
        return self.boxes[path]

    def create(self, path: str) -> int:
        if path in self.boxes:
            raise No("There is one already", "ALREADYEXISTS")
        self.modseq += 1
        self.boxes[path] = Box(max(box.key for box in self.boxes.values()) + 1, path)
        return self.boxes[path].key

    def delete(self, path: str) -> None:
        self.modseq += 1
        del self.boxes[self.box(path).path]

    def rename(self, path: str, new_path: str) -> None:
        box = self.box(path)
        self.create(new_path)
        del self.boxes[path]
        box.path, self.boxes[new_path] = new_path, box

    def subscribe(self, path: str, *, is_subscribed: bool) -> None:
        self.modseq += 1
        self.box(path).is_subscribed = is_subscribed

    def check_append(self, path: str, size: int) -> None:
        self.box(path, "TRYCREATE")
        if size > self.room:
            raise No("There is no room left", "OVERQUOTA")

    def append(self, path: str, messages: Sequence[NewMessage]) -> tuple[int, list[int]]:
        box = self.box(path, "TRYCREATE")
        modseq = self.next_modseq(box)
        return box.key, [self.add(box, message, modseq) for message in messages]

    def replace(self, key: int, uid: int, path: str, message: NewMessage) -> tuple[int, int]:
        box = next(box for box in self.boxes.values() if box.key == key)
        if uid not in box.rows:
            raise No("There is no such message", "NONEXISTENT")
        validity, [new] = self.append(path, [message])
        MemoryFolder(self, box).take_out([uid])
        return validity, new

    def add(self, box: Box, message: NewMessage, modseq: int) -> int:
        """Put a message into a mailbox."""
        key = len(self.bytes) + 1
        self.bytes[key] = message.raw
        read = digest(message.raw)
        uid, box.uid_next = box.uid_next, box.uid_next + 1
        box.rows[uid] = Row(
            uid=uid,
            message=key,
            thread=key,
            flags=" ".join(sorted(message.flags)),
            modseq=modseq,
            received_at=message.received_at or WHEN,
            saved_at=WHEN,
            size=len(message.raw),
            envelope=structure.dumps(read.envelope),
            structure=part.dumps(read.part),
            preview=read.preview,
        )
        return uid

    def quota(self) -> Quota:
        return Quota(sum(map(len, self.bytes.values())), self.room)

    def select(self, path: str) -> "MemoryFolder":
        return MemoryFolder(self, self.box(path))

    async def watch(self) -> AsyncGenerator[int]:
        event = asyncio.Event()
        self.watchers.append((asyncio.get_running_loop(), event))
        while True:
            yield self.modseq
            await event.wait()
            event.clear()


class MemoryFolder:
    """A mailbox that is selected (mailserver.imap.backend.Folder)."""

    def __init__(self, mail: MemoryMail, box: Box) -> None:
        self._mail, self._box = mail, box
        self.mailbox = _mailbox(box)

    def uids(self) -> array[int]:
        return array("I", sorted(self._box.rows))

    def keywords(self) -> list[str]:
        words = {word for row in self._box.rows.values() for word in row.flags.split()}
        return sorted(word for word in words if not word.startswith("\\"))

    def first_unseen(self) -> int:
        return next((uid for uid, row in sorted(self._box.rows.items()) if "\\Seen" not in row.flags), 0)

    def recent(self, end: int, *, takes: bool) -> int:
        first = min(self._box.recent, end)
        if takes:
            self._box.recent = max(end, self._box.recent)
        return first

    def rows(self, uids: Sequence[int], *, whole: bool = False) -> list[Row]:
        return [self._box.rows[uid] for uid in uids if uid in self._box.rows]

    def flags(self, uids: Sequence[int]) -> list[Row]:
        return self.rows(uids)

    def rows_since(self, low: int, high: int, modseq: int) -> list[Row]:
        return [row for uid, row in self._box.rows.items() if low <= uid <= high and row.modseq > modseq]

    def bodies(self, messages: Sequence[int]) -> dict[int, Body]:
        return {key: Body(b"", self._mail.bytes[key]) for key in messages}

    def heads(self, messages: Sequence[int]) -> dict[int, Body]:
        return {key: Body(b"", self._mail.bytes[key][:100]) for key in messages}

    def piece(self, message: int, start: int, end: int) -> bytes:
        return self._mail.bytes[message][start:end]

    def changes(self, modseq: int) -> Changes:
        rows = [row for _, row in sorted(self._box.rows.items()) if row.modseq > modseq]
        return Changes(self._box.modseq, rows, [uid for uid, at in self._box.gone if at > modseq])

    def vanished(self, modseq: int, known: Sequence[tuple[int, int]]) -> list[int]:
        return within(sorted(uid for uid, at in self._box.gone if at > modseq), known)

    def find(self, key: Key) -> tuple[list[int], Key | None]:
        return sorted(self._box.rows), key

    def store(self, uids: Sequence[int], change: FlagChange) -> tuple[int, list[int]]:
        modseq, conflicts = self._mail.next_modseq(self._box), []
        for uid in uids:
            row = self._box.rows.get(uid)
            if row is None:
                continue
            if change.unchanged_since is not None and row.modseq > change.unchanged_since:
                conflicts.append(uid)
                continue
            kept = set() if change.remove is None else set(row.flags.split()) - change.remove
            flags = " ".join(sorted(kept | change.add))
            if flags != row.flags:
                self._box.rows[uid] = row._replace(flags=flags, modseq=modseq)
        return modseq, conflicts

    def copy(self, uids: Sequence[int], path: str) -> tuple[int, list[tuple[int, int]]]:
        target = self._mail.box(path, "TRYCREATE")
        modseq = self._mail.next_modseq(target)
        pairs = []
        for uid in uids:
            row = self._box.rows[uid]
            new = NewMessage(self._mail.bytes[row.message], frozenset(row.flags.split()), row.received_at)
            pairs.append((uid, self._mail.add(target, new, modseq)))
        return target.key, pairs

    def move(self, uids: Sequence[int], path: str) -> tuple[int, list[tuple[int, int]]]:
        moved = self.copy(uids, path)
        self.take_out(uids)
        return moved

    def expunge(self, uids: Collection[int] | None) -> None:
        flagged = [uid for uid, row in self._box.rows.items() if "\\Deleted" in row.flags]
        self.take_out([uid for uid in flagged if uids is None or uid in uids])

    def take_out(self, uids: Sequence[int]) -> None:
        """Let messages go."""
        modseq = self._mail.next_modseq(self._box)
        for uid in uids:
            del self._box.rows[uid]
            self._box.gone.append((uid, modseq))


class MemoryBackend:
    """Alice's mail, for whoever knows the password (mailserver.imap.backend.Backend)."""

    def __init__(self) -> None:
        self.mail = MemoryMail("alice@here.test")
        self.peers: list[Peer] = []
        self.fail: Callable[[], None] = lambda: None

    def salt(self, name: str) -> Salt:
        return Salt(name.encode())

    def log_in(self, claim: Claim, peer: Peer) -> tuple[MemoryMail, bytes]:
        self.peers.append(peer)
        [keys] = scram_keys([PASSWORD], self.salt(self.mail.address))
        is_right = claim.password == PASSWORD if isinstance(claim, Password) else claim.fits(keys)
        if claim.name != self.mail.address or not is_right:
            raise No("Name or password is wrong", "AUTHENTICATIONFAILED")
        return self.mail, keys.server

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        self.fail()
        before = self.mail.modseq
        try:
            return function(*arguments)
        finally:
            if self.mail.modseq > before:
                self.mail.wake()

    def end_thread(self) -> None:
        """Nothing belongs to a thread."""


def _mailbox(box: Box) -> Mailbox:
    unseen = sum("\\Seen" not in row.flags for row in box.rows.values())
    size = sum(row.size for row in box.rows.values())
    return Mailbox(
        box.key,
        box.path,
        box.role,
        box.is_subscribed,
        box.key,
        box.uid_next,
        box.modseq,
        len(box.rows),
        unseen,
        size,
    )


class RunningServer(Running[Server]):
    """A server whose backend is in memory."""

    def __init__(self, server: Server, address: tuple[str, int], backend: MemoryBackend) -> None:
        super().__init__(server, address)
        self.backend = backend


@contextmanager
def running(
    limits: Limits | None = None,
    limiter: ConnectionLimiter | None = None,
    tls: Callable[[], ssl.SSLContext] | None = None,
    *,
    allows_plaintext: bool = True,
) -> Iterator[RunningServer]:
    """A server with a backend in memory."""
    backend = MemoryBackend()
    server = Server(
        backend,
        hostname="imap.here.test",
        limits=limits,
        limiter=limiter,
        tls=tls,
        allows_plaintext=lambda _ip: allows_plaintext,
    )
    listening = socket.create_server(("127.0.0.1", 0))
    run = RunningServer(server, listening.getsockname(), backend)
    with serving(run, listening):
        yield run


class RawClient(LineClient):
    """Commands to the server and lines back."""

    def __init__(self, peer: socket.socket) -> None:
        super().__init__(peer)
        self._count = 0

    def ask(self, command: str) -> list[str]:
        """Send a command; all lines up to its end, the last without its tag."""
        self._count += 1
        tag = f"t{self._count}"
        self.send(f"{tag} {command}\r\n".encode())
        lines: list[str] = []
        while (line := self.line()) and not line.startswith(f"{tag} "):
            lines.append(line)
        return [*lines, line.removeprefix(f"{tag} ")]

    def log_in(self) -> None:
        """Greet and log in."""
        self.line()
        assert self.ask(f'LOGIN alice@here.test "{PASSWORD}"')[-1].startswith("OK")
