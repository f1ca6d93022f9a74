"""A session: its states, its commands, and an answer to each (RFC 5804 §2)."""

import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mailserver import sasl

from . import wire
from .backend import Backend, Refused
from .connection import Connection, GoodbyeError, Limits
from .wire import WireError, Word

log = logging.getLogger(__name__)

type _Run = Callable[..., Awaitable[Any]]


class Session[Owner]:
    """Speaks with one client. `may_say_plain`: passwords may come without TLS from where this one is."""

    def __init__(
        self,
        connection: Connection,
        backend: Backend[Owner],
        run: _Run,
        *,
        ip: str,
        limits: Limits,
        may_say_plain: bool,
        tls: Callable[[], ssl.SSLContext] | None,
    ) -> None:
        self._connection, self._backend, self._run = connection, backend, run
        self._ip, self._limits, self._may_say_plain, self._tls = ip, limits, may_say_plain, tls
        self._owner: Owner | None = None
        self._user = ""
        self._wrong = 0
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

    async def serve(self) -> None:
        """Greet, and answer until one of the two has enough; raises GoodbyeError with the last word."""
        await self._capability([])
        while True:
            try:
                words = await self._connection.command()
                if words and words[0].text.upper() == "LOGOUT":
                    await self._say("OK", "Goodbye")
                    return
                await self._answer(words)
            except WireError as error:
                await self._refuse(f"This is not understood: {error}")
            except Refused as refused:
                await self._say("NO", refused.text, refused.code)

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
        await command([word.text for word in words[1:]])

    def _is_out_of_place(self, name: str) -> bool:
        if name in ("CAPABILITY", "NOOP"):
            return False
        return (self._owner is None) != (name in ("STARTTLS", "AUTHENTICATE"))

    async def _capability(self, _: list[str]) -> None:
        mechanisms = "PLAIN" if self._may_log_in else ""
        lines = [("IMPLEMENTATION", "Postillion"), ("SASL", mechanisms)]
        lines += [("SIEVE", " ".join(self._backend.extensions)), ("VERSION", "1.0")]
        lines += [("OWNER", self._user)] if self._user else []
        told = [wire.quoted(name) + b" " + wire.quoted(value) for name, value in lines]
        told += [b'"STARTTLS"'] if self._tls and not self._connection.is_secure else []
        await self._connection.say(*told, b'OK "Postillion ManageSieve"')

    @property
    def _may_log_in(self) -> bool:
        return self._owner is None and (self._connection.is_secure or self._may_say_plain)

    async def _noop(self, tag: list[str]) -> None:
        await self._say("OK", "Done", f"TAG {wire.quoted(tag[0]).decode()}" if tag else "")

    async def _starttls(self, _: list[str]) -> None:
        if self._tls is None or self._connection.is_secure:
            raise Refused("There is no TLS to begin")
        await self._connection.start_tls(self._tls())
        await self._capability([])

    async def _authenticate(self, arguments: list[str]) -> None:
        if not self._may_log_in:
            raise Refused("Begin TLS first", "ENCRYPT-NEEDED")
        if arguments[0].upper() != "PLAIN":
            raise Refused("Only PLAIN is known")
        response = arguments[1] if len(arguments) > 1 else await self._response()
        claim = _plain(response)
        self._owner = await self._ask(self._backend.log_in, claim.name, claim.password, self._ip)
        self._user, self._connection.is_known = claim.name, True
        await self._say("OK", "Logged in")

    async def _response(self) -> str:
        """Challenge with nothing; "*" is a change of mind (RFC 5804 §2.1)."""
        await self._connection.say(b'""')
        response = await self._connection.string()
        if response == "*":
            raise Refused("Cancelled")
        return response

    async def _havespace(self, arguments: list[str]) -> None:
        name, size = arguments
        if not size.isdecimal():
            raise WireError("not a number")
        await self._ask(self._backend.make_room, self._owner, name, int(size))
        await self._say("OK", "There is room")

    async def _putscript(self, arguments: list[str]) -> None:
        await self._ask(self._backend.write, self._owner, *arguments)
        await self._say("OK", "Kept")

    async def _listscripts(self, _: list[str]) -> None:
        scripts = await self._ask(self._backend.scripts, self._owner)
        lines = [wire.quoted(name) + (b" ACTIVE" if is_active else b"") for name, is_active in scripts]
        await self._connection.say(*lines, b"OK")

    async def _setactive(self, arguments: list[str]) -> None:
        await self._ask(self._backend.activate, self._owner, *arguments)
        await self._say("OK", "Active")

    async def _getscript(self, arguments: list[str]) -> None:
        text = (await self._ask(self._backend.read, self._owner, *arguments)).encode()
        await self._connection.say(b"{%d}" % len(text), text, b"OK")

    async def _deletescript(self, arguments: list[str]) -> None:
        await self._ask(self._backend.delete, self._owner, *arguments)
        await self._say("OK", "Deleted")

    async def _renamescript(self, arguments: list[str]) -> None:
        await self._ask(self._backend.rename, self._owner, *arguments)
        await self._say("OK", "Renamed")

    async def _checkscript(self, arguments: list[str]) -> None:
        await self._ask(self._backend.check, self._owner, *arguments)
        await self._say("OK", "It is understood")

    async def _ask(self, question: Callable[..., Any], *arguments: object) -> Any:
        """Ask the backend in a thread; trouble inside is told in constant words."""
        try:
            return await self._run(question, *arguments)
        except (Refused, GoodbyeError):
            raise
        except Exception:
            log.exception("A ManageSieve command failed")
            raise Refused("This does not work just now", "TRYLATER") from None

    async def _refuse(self, text: str) -> None:
        """Answer what was wrong; who is wrong again and again has to go."""
        self._wrong += 1
        if self._wrong > self._limits.wrong_commands:
            raise GoodbyeError("Too many wrong commands")
        await self._say("NO", text)

    async def _say(self, kind: str, text: str, code: str = "") -> None:
        await self._connection.say(answer(kind, text, code))


def _plain(response: str) -> sasl.Password:
    """Read a response of SASL PLAIN; raises WireError."""
    exchange = sasl.begin("PLAIN")
    assert exchange is not None
    next(exchange)
    try:
        claim = exchange.send(sasl.decode(response))
    except sasl.SaslError as error:
        raise WireError("not PLAIN") from error
    if not isinstance(claim, sasl.Password) or not claim.password:
        raise WireError("not PLAIN")
    return claim


def answer(kind: str, text: str, code: str = "") -> bytes:
    """A response: OK, NO or BYE, a code in brackets, and words."""
    return b" ".join([kind.encode(), *([f"({code})".encode()] if code else []), wire.quoted(text)])
