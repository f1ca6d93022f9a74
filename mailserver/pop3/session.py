"""One session: commands in, one after the other, an answer to each (RFC 1939 §3)."""

import logging
from collections.abc import AsyncGenerator, Callable

from ..access import session
from ..access.connection import Connection
from .ahead import LARGE, ReadAhead
from .backend import Maildrop
from .registry import COMMANDS, State
from .replies import Bad, No, Trouble, negative, positive
from .service import Service

log = logging.getLogger(__name__)

_WITH_SPACES = frozenset({"USER", "PASS"})
"""Their one word is all that follows (RFC 1939 §7)."""


class Open:
    """A maildrop that is open: what is in it, and what is marked as deleted, by numbers from 0."""

    def __init__(self, session: "Session", maildrop: Maildrop) -> None:
        self.maildrop, self.listing = maildrop, maildrop.listing
        self.deleted: set[int] = set()
        self._session = session
        limits = session.service.limits
        self._ahead = ReadAhead(
            maildrop.listing,
            lambda keys: session.call(maildrop.bodies, keys),
            most=limits.ahead_messages,
            most_bytes=limits.ahead_bytes,
        )

    def find(self, number: int) -> int:
        """Find what a client calls so, from 1; raises No."""
        if not 0 < number <= len(self.listing.keys):
            raise No("There is no such message")
        if number - 1 in self.deleted:
            raise No("This message is deleted")
        return number - 1

    @property
    def count(self) -> int:
        """How many messages are not deleted."""
        return len(self.listing.keys) - len(self.deleted)

    @property
    def size(self) -> int:
        """The octets of those."""
        sizes = self.listing.sizes
        return sum(sizes) - sum(sizes[number] for number in self.deleted)

    def __str__(self) -> str:
        return f"{self.count} messages ({self.size} octets)"

    async def pieces(self, number: int, coming: Callable[[], list[int]]) -> AsyncGenerator[bytes]:
        """Read a message; no more of a large one is in memory than is being sent. Raises No."""
        size = self.listing.sizes[number]
        if size <= LARGE:
            body = await self._ahead.get(number, coming)
            if body is None:
                raise No("This message is gone")
            yield body
            return
        key = self.listing.keys[number]
        for start in range(0, size, LARGE):
            end = min(start + LARGE, size)
            yield await self._session.call(self.maildrop.piece, key, start, end)


class Session(session.Session[Service]):
    """What a client may do now."""

    # RFC 1939 §3: the server closes the connection without any response.
    says_why_it_ends_the_silence = False

    def __init__(self, service: Service, connection: Connection) -> None:
        super().__init__(service, connection)
        self.user = ""
        self.drop: Open | None = None
        self.is_over = False
        self.is_amid_answer = False
        """A message is on its way: nothing else can be said before its end."""

    @property
    def is_known(self) -> bool:
        """Tell whether somebody has logged in."""
        return self.drop is not None

    @property
    def opened(self) -> Open:
        """The maildrop of who logged in."""
        if self.drop is None:
            raise Bad("Log in first")
        return self.drop

    def enter(self, maildrop: Maildrop) -> str:
        """Somebody is in; what is said to them."""
        self.drop = Open(self, maildrop)
        self.service.open.add(maildrop.token)
        return str(self.drop)

    async def leave(self, *, commits: bool) -> None:
        """Close the maildrop; what is marked as deleted is, when the session `commits`. Raises No."""
        if self.drop is None:
            return
        opened, self.drop = self.drop, None
        self.service.open.discard(opened.maildrop.token)
        if not commits or not opened.deleted:
            await self._let_go(opened.maildrop)
            return
        keys = [opened.listing.keys[number] for number in sorted(opened.deleted)]
        try:
            await self.call(opened.maildrop.commit, keys)
        except No:
            await self._let_go(opened.maildrop)
            raise

    async def _let_go(self, maildrop: Maildrop) -> None:
        """Leave it to others at once, where that works; else it falls to them by itself."""
        try:
            await self.call(maildrop.let_go)
        except No:
            log.debug("A maildrop could not be let go")

    # --- The conversation

    async def _converse(self) -> None:
        self.connection.write(positive(f"{self.service.hostname} is ready"))
        try:
            while not self.is_over:
                await self.wait_for_command()
                await self._answer(await self.connection.line(self.service.limits.line_bytes))
        finally:
            await self.leave(commits=False)

    async def _answer(self, line: bytes) -> None:
        try:
            said = await self._dispatch(line)
        except Bad as problem:
            self.count_wrong()
            await self.connection.send(negative(problem.text))
        except No as refusal:
            if self.is_amid_answer:
                raise ConnectionAbortedError(refusal.text) from refusal
            await self.connection.send(negative(refusal.text, refusal.code))
        else:
            self._wrong = 0
            if said:
                await self.connection.send(positive(said))

    async def _dispatch(self, line: bytes) -> str:
        name, words = _words(line)
        known = COMMANDS.get(name)
        if known is None:
            raise Bad("There is no such command")
        if not known.state & (State.TRANSACTION if self.is_known else State.AUTHORIZATION):
            raise Bad(f"{name} is not for this state")
        if not known.least <= len(words) <= known.most:
            raise Bad(f"{name} takes another number of words")
        return await self.carry_out(name, known.handler(self, words))

    def _trouble(self) -> No:
        return Trouble()

    def _goodbye(self, text: str) -> bytes:
        return b"" if self.is_amid_answer else negative(text, "SYS/TEMP")


def _words(line: bytes) -> tuple[str, list[str]]:
    """A command and the words that follow it; raises Bad."""
    if not line.endswith(b"\r\n"):
        raise Bad("Lines end with CR LF")
    try:
        text = line[:-2].decode()
    except UnicodeDecodeError as error:
        raise Bad("This is not UTF-8") from error
    if "\0" in text:
        raise Bad("This is not text")
    name, _, rest = text.partition(" ")
    name = name.upper()
    if name in _WITH_SPACES:
        return name, [rest] if rest else []
    return name, rest.split()
