"""A peer that plays a part: an SMTP server on a real socket that can be friendly, slow, broken or evil."""

import socket
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


class Drop:
    """Close the connection instead of an answer."""


@dataclass(frozen=True)
class Raw:
    """Send exactly these bytes."""

    data: bytes


@dataclass(frozen=True)
class Slow:
    """Answer after so many seconds."""

    seconds: float
    line: str


@dataclass(frozen=True)
class Endless:
    """Send this line again and again, with a pause, until the other side has enough."""

    line: str
    pause: float = 0.0


@dataclass(frozen=True)
class Told:
    """Tell the test that the conversation came here: instead of the answer, or `after` it."""

    reached: threading.Event
    line: str = ""
    after: bool = False


Answer = str | Drop | Raw | Slow | Endless | Told
"""What to say; a str is one reply, its lines parted by line feeds."""


@dataclass
class Received:
    """A message the peer took, dots unstuffed."""

    mail_from: str
    recipients: list[str]
    content: bytes


@dataclass
class Peer:
    """Listens on 127.0.0.1; `answers` maps a verb or a whole command to what to say, a list for each time.

    `connections` is a list of such maps: one for each connection, the last one for all that follow.
    """

    answers: dict[str, Answer | Sequence[Answer]] = field(default_factory=dict)
    connections: Sequence[dict[str, Answer | Sequence[Answer]]] = ()
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SIZE 36700160")
    tls: ssl.SSLContext | None = None
    drop_in_data: bool = False
    told_in_data: threading.Event | None = None

    def __post_init__(self) -> None:
        self.messages: list[Received] = []
        self.commands: list[list[str]] = []
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.port = self._listener.getsockname()[1]

    @property
    def connection_count(self) -> int:
        return len(self.commands)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except (TimeoutError, OSError):
                continue
            number = len(self.commands)
            self.commands.append([])
            script = self.connections[min(number, len(self.connections) - 1)] if self.connections else {}
            self._start(_Part(self, connection, self.answers | script, self.commands[number]).play)


class _Part:
    """One connection of a peer."""

    def __init__(
        self,
        peer: Peer,
        connection: socket.socket,
        answers: dict[str, Answer | Sequence[Answer]],
        commands: list[str],
    ) -> None:
        self.peer = peer
        self.connection = connection
        self.answers = {
            key: list(value) if isinstance(value, list | tuple) else value for key, value in answers.items()
        }
        self.commands = commands
        self.received = Received("", [], b"")
        self.secured = False
        connection.settimeout(10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = connection.makefile("rb")

    def play(self) -> None:
        try:
            self.say("banner", "220 peer.test ESMTP")
            while line := self.reader.readline():
                command = line.rstrip(b"\r\n").decode(errors="replace")
                self.commands.append(command)
                self.react(command)
        except OSError:
            pass
        finally:
            self.reader.close()
            self.connection.close()

    def react(self, command: str) -> None:
        verb = command.partition(" ")[0].partition(":")[0].upper()
        reply = self.say(command if command in self.answers else verb, self.usual(verb))
        if verb == "MAIL" and reply.startswith("2"):
            self.received = Received(_path(command), [], b"")
        elif verb == "RCPT" and reply.startswith("2"):
            self.received.recipients.append(_path(command))
        elif verb == "DATA" and reply.startswith("354"):
            self.take_content()
        elif verb == "STARTTLS" and reply.startswith("220 "):
            self.encrypt()
        elif verb == "QUIT":
            raise ConnectionAbortedError

    def usual(self, verb: str) -> str:
        if verb == "EHLO":
            offered = [*self.peer.extensions, *(["STARTTLS"] if self.peer.tls and not self.secured else [])]
            return "\n".join(["250 peer.test", *(f"250 {keyword}" for keyword in offered)])
        data = "354 go on" if self.received.recipients else "554 5.5.1 no valid recipients"
        return {"DATA": data, "QUIT": "221 bye", "STARTTLS": "220 go ahead"}.get(verb, "250 2.0.0 ok")

    def take_content(self) -> None:
        lines = []
        while (line := self.reader.readline()) != b".\r\n":
            if self.peer.drop_in_data or not line:
                raise ConnectionAbortedError
            if self.peer.told_in_data:
                self.peer.told_in_data.set()
                self.peer._stop.wait(10)
                raise ConnectionAbortedError
            lines.append(line.removeprefix(b"."))
        self.received.content = b"".join(lines)
        if isinstance(self.answers.get("content"), Told):
            self.peer.messages.append(self.received)
            self.say("content", "")
        elif self.say("content", "250 2.0.0 stored").startswith("2"):
            self.peer.messages.append(self.received)

    def encrypt(self) -> None:
        assert self.peer.tls
        self.reader.close()
        self.connection = self.peer.tls.wrap_socket(self.connection, server_side=True)
        self.reader = self.connection.makefile("rb")
        self.secured = True

    def say(self, key: str, usual: str) -> str:
        """Answer as told for `key`, or as usual; returns what was said, "" when nothing proper."""
        answer = self.answers.get(key, usual)
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else usual
        if isinstance(answer, Drop):
            raise ConnectionAbortedError
        if isinstance(answer, Raw):
            self.connection.sendall(answer.data)
            return answer.data.decode()
        if isinstance(answer, Endless):
            return self.repeat(answer)
        if isinstance(answer, Told):
            return self.tell(answer)
        if isinstance(answer, Slow):
            self.peer._stop.wait(answer.seconds)
            answer = answer.line
        self.connection.sendall(_reply(answer))
        return answer

    def tell(self, answer: Told) -> str:
        if answer.after:
            self.connection.sendall(_reply(answer.line))
        answer.reached.set()
        if not answer.after:
            self.peer._stop.wait(10)
            raise ConnectionAbortedError
        return answer.line

    def repeat(self, answer: Endless) -> str:
        while not self.peer._stop.wait(answer.pause):
            self.connection.sendall(answer.line.encode() + b"\r\n")
        return ""


def _path(command: str) -> str:
    return command.partition("<")[2].partition(">")[0]


def _reply(text: str) -> bytes:
    """Write "250 a\\n250 b" as a reply of two lines."""
    lines = text.split("\n")
    marked = [f"{line[:3]}-{line[4:]}" for line in lines[:-1]]
    return "".join(f"{line}\r\n" for line in [*marked, lines[-1]]).encode()
