"""A session: its states, its commands, and an answer to each (RFC 5804 §2)."""

from collections.abc import Awaitable, Callable, Mapping

from mailserver import log_in, sasl

from ..access import session
from ..access.connection import Connection
from ..access.refusal import Bad, No
from . import command_input, wire
from .backend import Owner
from .service import Service
from .wire import Word, answer


class Session(session.Session[Service]):
    """Speaks with one client."""

    def __init__(self, service: Service, connection: Connection) -> None:
        super().__init__(service, connection)
        self._owner: Owner | None = None
        self._user = ""
        self._commands: Mapping[str, tuple[Callable[[list[str]], Awaitable[None]], tuple[int, int]]] = {
            "CAPABILITY": (self._capability, (0, 0)),
            "NOOP": (self._noop, (0, 1)),
            "STARTTLS": (self._starttls, (0, 0)),
            "AUTHENTICATE": (self._authenticate, (1, 2)),
            "HAVESPACE": (self._havespace, (2, 2)),
            "PUTSCRIPT": (self._putscript, (2, 2)),
            "LISTSCRIPTS": (self._listscripts, (0, 0)),
            "SETACTIVE": (self._setactive, (1, 1)),
            "GETSCRIPT": (self._getscript, (1, 1)),
            "DELETESCRIPT": (self._deletescript, (1, 1)),
            "RENAMESCRIPT": (self._renamescript, (2, 2)),
            "CHECKSCRIPT": (self._checkscript, (1, 1)),
        }

    @property
    def is_known(self) -> bool:
        """Tell whether somebody has logged in."""
        return self._owner is not None

    async def _converse(self) -> None:
        await self._capability([])
        while True:
            await self.connection.flush()
            await self.wait_for_command()
            try:
                words = await self._command()
                if words and words[0].text.upper() == "LOGOUT":
                    await self._say("OK", "Goodbye")
                    return
                await self._answer(words)
            except Bad as problem:
                await self._refuse(f"This is not understood: {problem.text}")
            except No as refusal:
                await self._say("NO", refusal.text, refusal.code)

    async def _command(self) -> list[Word]:
        return await command_input.read(self.connection, self.service.limits, is_known=self.is_known)

    async def _answer(self, words: list[Word]) -> None:
        name = words[0].text.upper() if words and not words[0].is_string else ""
        if name not in self._commands:
            await self._refuse("No such command")
            return
        command, (least, most) = self._commands[name]
        if not least <= len(words) - 1 <= most:
            await self._refuse("Wrong number of arguments")
            return
        if self._is_out_of_place(name):
            await self._refuse("Not now" if self._owner else "Log in first")
            return
        await self.carry_out(name, command([word.text for word in words[1:]]))

    def _is_out_of_place(self, name: str) -> bool:
        if name in ("CAPABILITY", "NOOP"):
            return False
        return (self._owner is None) != (name in ("STARTTLS", "AUTHENTICATE"))

    async def _capability(self, _: list[str]) -> None:
        may_log_in = self.may_log_in and not self.is_known
        mechanisms = " ".join(sasl.mechanisms()) if may_log_in else ""
        lines = [("IMPLEMENTATION", "Postillion"), ("SASL", mechanisms)]
        lines += [("SIEVE", " ".join(self.service.backend.extensions)), ("VERSION", "1.0")]
        lines += [("OWNER", self._user)] if self._user else []
        told = [wire.quoted(name) + b" " + wire.quoted(value) for name, value in lines]
        if self.service.tls is not None and not self.connection.is_encrypted:
            told.append(b'"STARTTLS"')
        await self._lines(*told, b'OK "Postillion ManageSieve"')

    async def _noop(self, tag: list[str]) -> None:
        await self._say("OK", "Done", f"TAG {wire.quoted(tag[0]).decode()}" if tag else "")

    async def _starttls(self, _: list[str]) -> None:
        if self.service.tls is None or self.connection.is_encrypted:
            raise No("There is no TLS to begin")
        await self.connection.start_tls(self.service.tls(), answer("OK", "Begin TLS negotiation now"))
        await self._capability([])

    async def _authenticate(self, arguments: list[str]) -> None:
        if not self.may_log_in:
            raise No("Begin TLS first", "ENCRYPT-NEEDED")
        exchange = sasl.begin(arguments[0])
        if exchange is None:
            raise No("This mechanism is not known")
        try:
            owner = await log_in.carry_out(
                exchange,
                arguments[1] if len(arguments) > 1 else None,
                respond=self._respond,
                salt=lambda name: self.call(self.service.backend.salt, name),
                log_in=self._claimed,
            )
        except sasl.SaslError as error:
            raise Bad("not what the mechanism says") from error
        await self.watch_over(owner.admission)
        self._owner = owner
        await self._say("OK", "Logged in")

    async def _respond(self, challenge: bytes) -> str:
        """Send a challenge; what is answered, "*" is a change of mind (RFC 5804 §2.1)."""
        await self._lines(wire.quoted(sasl.encode(challenge)))
        words = await self._command()
        if len(words) != 1 or not words[0].is_string:
            raise Bad("not a string")
        if words[0].text == "*":
            raise No("Cancelled")
        return words[0].text

    async def _claimed(self, claim: sasl.Claim) -> tuple[Owner, bytes]:
        found: tuple[Owner, bytes] = await self.call_at_log_in(
            self.service.backend.log_in, claim, self.connection.ip
        )
        self._user = claim.name
        return found

    async def _havespace(self, arguments: list[str]) -> None:
        name, size = arguments
        if not size.isdecimal():
            raise Bad("not a number")
        await self.call(self.service.backend.make_room, self._owner, name, int(size))
        await self._say("OK", "There is room")

    async def _putscript(self, arguments: list[str]) -> None:
        await self.call(self.service.backend.write, self._owner, *arguments)
        await self._say("OK", "Kept")

    async def _listscripts(self, _: list[str]) -> None:
        scripts = await self.call(self.service.backend.scripts, self._owner)
        lines = [wire.quoted(name) + (b" ACTIVE" if is_active else b"") for name, is_active in scripts]
        await self._lines(*lines, b"OK")

    async def _setactive(self, arguments: list[str]) -> None:
        await self.call(self.service.backend.activate, self._owner, *arguments)
        await self._say("OK", "Active")

    async def _getscript(self, arguments: list[str]) -> None:
        text = (await self.call(self.service.backend.read, self._owner, *arguments)).encode()
        await self._lines(b"{%d}" % len(text), text, b"OK")

    async def _deletescript(self, arguments: list[str]) -> None:
        await self.call(self.service.backend.delete, self._owner, *arguments)
        await self._say("OK", "Deleted")

    async def _renamescript(self, arguments: list[str]) -> None:
        await self.call(self.service.backend.rename, self._owner, *arguments)
        await self._say("OK", "Renamed")

    async def _checkscript(self, arguments: list[str]) -> None:
        await self.call(self.service.backend.check, self._owner, *arguments)
        await self._say("OK", "It is understood")

    def _trouble(self) -> No:
        return No("This does not work just now", "TRYLATER")

    async def _refuse(self, text: str) -> None:
        """Answer what was wrong; who is wrong again and again has to go."""
        self.count_wrong()
        await self._say("NO", text)

    async def _say(self, kind: str, text: str, code: str = "") -> None:
        await self.connection.send(answer(kind, text, code))

    async def _lines(self, *lines: bytes) -> None:
        await self.connection.send(b"".join(line + b"\r\n" for line in lines))

    def _goodbye(self, text: str) -> bytes:
        return answer("BYE", text)
