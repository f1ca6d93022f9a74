"""One session: commands in, dispatched one after the other, answers and news out (RFC 9051 §3)."""

import logging
import re

from ..access import session
from ..access.connection import Connection
from . import capabilities, command_input, news
from .backend import Folder, Mail, Peer
from .command_input import Command
from .contexts import Live
from .flag_list import COMMON_KEYWORDS
from .lexer import Lexer
from .listening import until_spoken
from .news import OwnChange
from .notify import Notify, tell_between
from .registry import COMMANDS, News, State
from .registry import Command as Handled
from .replies import Bad, Done, No, Trouble, status
from .sequence import NumberSet
from .service import Service
from .view import View

log = logging.getLogger(__name__)

_ID = re.compile(rb"\S+ ID ", re.IGNORECASE)
_PEEKED = 120
_TOLD_AT_ONCE = 5000


class Selection:
    """The mailbox that is selected, and the session's picture of it."""

    def __init__(self, folder: Folder, view: View, *, read_only: bool) -> None:
        self.folder, self.view, self.read_only = folder, view, read_only
        self.keywords = set(COMMON_KEYWORDS)
        """Those that the client was told of."""
        self.lives: dict[str, Live] = {}
        """Searches that go on, by their tags."""

    def refuse_read_only(self) -> None:
        """Raise No for a change of what was opened by EXAMINE."""
        if self.read_only:
            raise No("The mailbox is open to read only", "READ-ONLY")


class Session(session.Session[Service]):
    """What a client may do now, and what it has said about itself."""

    def __init__(self, service: Service, connection: Connection) -> None:
        super().__init__(service, connection)
        self.limits = service.limits
        self.mail: Mail | None = None
        self.selection: Selection | None = None
        self.enabled: set[str] = set()
        self.saved: list[int] = []
        """What SEARCH kept for `$` (RFC 5182)."""
        self.notify: Notify | None = None
        """What is told without being asked for (RFC 5465)."""
        self.program = ""
        self.tag = ""
        self.is_over = False
        self._taken = 0
        self.own_modseqs: dict[int, OwnChange] = {}
        """Changes that this command made."""

    # --- What the handlers ask

    def chosen(self, numbers: NumberSet, *, by_uid: bool) -> list[int]:
        """Find the uids that a command names, `$` among them."""
        return self.selected.view.chosen(numbers, by_uid=by_uid, saved=self.saved)

    @property
    def state(self) -> State:
        """The state, by what there is."""
        if self.mail is None:
            return State.NEW
        return State.LOGGED_IN if self.selection is None else State.SELECTED

    @property
    def account(self) -> Mail:
        """The mail of who logged in."""
        if self.mail is None:
            raise Bad("Log in first")
        return self.mail

    @property
    def selected(self) -> Selection:
        """The mailbox that is selected."""
        if self.selection is None:
            raise Bad("Select a mailbox first")
        return self.selection

    @property
    def peer(self) -> Peer:
        """Who speaks."""
        return Peer(self.connection.ip, self.connection.is_encrypted, self.program)

    @property
    def is_known(self) -> bool:
        """Tell whether somebody has logged in."""
        return self.mail is not None

    @property
    def utf8(self) -> bool:
        """Tell whether names and strings may be UTF-8."""
        return bool(self.enabled & {"UTF8=ACCEPT", "IMAP4REV2"})

    async def say(self, octets: bytes) -> None:
        """Write an untagged answer; waits while the client doesn't read."""
        await self.connection.send(b"* %b\r\n" % octets)

    def enable(self, name: str) -> None:
        """Note that the client knows an extension; who knows QRESYNC knows CONDSTORE (RFC 7162 §3.2.3)."""
        if name in ("CONDSTORE", "QRESYNC") and "CONDSTORE" not in self.enabled and self.selection:
            modseq = max(self.selection.view.modseq, 1)
            self.connection.write(b"* OK [HIGHESTMODSEQ %d] The newest change\r\n" % modseq)
        self.enabled.add(name)
        if name == "QRESYNC":
            self.enabled.add("CONDSTORE")

    def leave(self) -> None:
        """No mailbox is selected any more."""
        self.selection = None
        self.saved = []

    # --- The conversation

    async def _converse(self) -> None:
        self.connection.write(
            status("*", "OK", f"{self.service.hostname} is ready", f"CAPABILITY {capabilities.of(self)}")
        )
        while not self.is_over:
            await self._one_command()

    async def _one_command(self) -> None:
        await self.connection.flush()
        await self.wait_for_command()
        literals = self.limits.literals if self.mail else self.limits.literals_before_login
        try:
            command = await command_input.read(
                self.connection, self.limits, self._line_limit(), literals, self._allowance
            )
            await self._answer(command)
        finally:
            self.service.budget.give_back(self._taken)
            self._taken = 0

    async def _wait(self) -> None:
        """Wait for a command; who has asked for it is told meanwhile what happens."""
        if self.notify is not None:
            await until_spoken(self, tell_between)
        else:
            await super()._wait()

    def _line_limit(self) -> int:
        if self.mail is not None:
            return self.limits.line_bytes
        is_id = _ID.match(self.connection.peek(_PEEKED))
        return self.limits.id_bytes if is_id else self.limits.line_bytes_before_login

    async def _allowance(self, data: bytes, literals: list[bytes], size: int) -> int:
        """How large a literal may be; a message to be appended is asked for before it is sent."""
        if self.mail is None:
            return self.limits.line_bytes_before_login
        path = append_target(Lexer(data, literals, utf8=self.utf8))
        if path is None:
            return self.limits.literal_bytes
        if size <= self.limits.message_bytes:
            await self.call(self.mail.check_append, path, size)
            self.take_room(size)
        return self.limits.message_bytes

    def take_room(self, size: int) -> None:
        """Count bytes of a message that is on its way in, up to the end of the command; raises No."""
        self.service.budget.take(size)
        self._taken += size

    async def _answer(self, command: Command) -> None:
        self.own_modseqs.clear()
        self.tag = command.tag
        try:
            if command.refusal:
                raise command.refusal
            done = await self._dispatch(command)
        except Bad as problem:
            self.connection.write(status(command.tag, "BAD", problem.text))
            self.count_wrong()
        except No as refusal:
            if not isinstance(refusal, Trouble):
                await news.tell_before_end(self, News.NO_EXPUNGES)
            self.connection.write(status(command.tag, "NO", refusal.text, refusal.code))
        else:
            self._wrong = 0
            if done.text:
                self.connection.write(status(command.tag, "OK", done.text, done.code))

    async def _dispatch(self, command: Command) -> Done:
        args = Lexer(command.data, command.literals, utf8=self.utf8)
        name = args.atom()
        if name == "UID":
            args.space()
            name = f"UID {args.atom()}"
        known = COMMANDS.get(name)
        if known is None:
            raise Bad(f"{name} is no command")
        if not known.states & self.state:
            raise Bad(f"{name} is not for this state")
        done = await self.carry_out(name, self._handled(known, args))
        return Done(done.text and f"{name} {done.text}", done.code)

    async def _handled(self, known: Handled, args: Lexer) -> Done:
        done = await known.handler(self, args)
        await news.tell_before_end(self, known.news)
        return done

    def _trouble(self) -> No:
        return Trouble()

    # --- The end

    def _goodbye(self, text: str) -> bytes:
        return f"* BYE {text}\r\n".encode()


def append_target(args: Lexer) -> str | None:
    """Where a message is to go, when a command has come so far that its literal is one."""
    try:
        name = args.atom()
        if name == "UID":
            args.space()
            name = args.atom()
        if name not in ("APPEND", "REPLACE"):
            return None
        args.space()
        if name == "REPLACE":
            args.number_set()
            args.space()
        return args.mailbox()
    except Bad:
        return None
