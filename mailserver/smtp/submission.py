"""Submission: the receiver for people who log in to send (RFC 6409, RFC 4954, RFC 8314)."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from .. import log_in, sasl
from ..sasl import Claim
from . import parameters, replies
from .backend import SubmissionBackend
from .envelope import Login
from .receiver import Receiver
from .reply import Reply
from .service import Service
from .wire import Hangup

FAILED_LOG_INS = 3


class Refused(Exception):
    """The exchange is over without success."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.line())
        self.reply = reply


class Submission(Receiver):
    """The dialogue of ports 587 and 465: mail from those who have logged in, to anybody."""

    mail_parameters = parameters.SUBMISSION

    def __init__(self, service: Service, *, tls_first: bool = False) -> None:
        super().__init__(service, tls_first=tls_first)
        self._login: Login | None = None
        self._failed = 0

    @property
    def _backend(self) -> SubmissionBackend[object]:
        return cast("SubmissionBackend[object]", self.service.backend)

    @property
    def _may_log_in(self) -> bool:
        """Nobody overhears a password, or it is allowed nevertheless."""
        return self._tls_protocol is not None or self.service.plaintext_auth.allows(self._ip)

    def _extensions(self) -> list[str]:
        found = super()._extensions()
        return [*found, f"AUTH {' '.join(sasl.mechanisms())}"] if self._may_log_in else found

    def _greet(self, name: str, *, extended: bool) -> None:
        super()._greet(name, extended=extended)
        self._peer = replace(self._peer, login=self._login)

    async def _starttls(self, argument: str) -> Reply | None:
        """Begin anew: who they are was said before TLS (RFC 3207 §4.2)."""
        if self._login is not None and self._tls_protocol is None:
            return replies.ALREADY_LOGGED_IN
        return await super()._starttls(argument)

    async def _mail(self, argument: str) -> Reply:
        if self._login is None:
            return replies.AUTH_REQUIRED if self._may_log_in else replies.TLS_REQUIRED
        return await super()._mail(argument)

    # --- AUTH

    async def _auth(self, argument: str) -> Reply:
        name, _, initial = argument.partition(" ")
        exchange = sasl.begin(name)
        if refusal := self._no_log_in():
            return refusal
        if exchange is None:
            return replies.UNKNOWN_MECHANISM
        try:
            login = await log_in.carry_out(
                exchange,
                _initial(initial.strip(" ")),
                respond=self._response,
                salt=lambda name: self._ask(self._backend.salt, name),
                log_in=self._claimed,
            )
        except sasl.SaslError:
            return replies.AUTH_SYNTAX
        except Refused as refused:
            return self._count_failure(refused.reply)
        self._login = login
        self._peer = replace(self._peer, login=login)
        return replies.LOGGED_IN

    def _no_log_in(self) -> Reply | None:
        """Why nobody may log in now (RFC 4954 §4)."""
        assert self.session is not None
        if not self.session.host_name or not self.session.extended_smtp:
            return replies.HELLO_FIRST
        if not self._may_log_in:
            return replies.AUTH_NEEDS_TLS
        if self._login is not None:
            return replies.ALREADY_LOGGED_IN
        return replies.AUTH_IN_MAIL if self._transaction is not None else None

    async def _response(self, challenge: bytes) -> str:
        """Get what the client answers."""
        self._wire.write(f"334 {sasl.encode(challenge)}")
        line = (await self._next_line()).decode("ascii", "replace")
        if line == "*":
            raise Refused(replies.AUTH_CANCELLED)
        return line

    async def _claimed(self, claim: Claim) -> tuple[Login, bytes]:
        login = await self._ask(self._backend.authenticate, self._peer, claim)
        return login, login.proves

    async def _ask[T](self, question: Callable[..., T | Reply], *arguments: object) -> T:
        """Ask the backend in a thread; raises Refused with its refusal."""
        self._deadline.pause()
        found = await self.service.find(question, *arguments)
        if isinstance(found, Reply):
            raise Refused(found)
        return found

    def _count_failure(self, reply: Reply) -> Reply:
        self._failed += 1
        if self._failed >= FAILED_LOG_INS:
            raise Hangup(replies.TOO_MANY_LOG_INS)
        return reply

    commands = {**Receiver.commands, "AUTH": _auth, "MAIL": _mail, "STARTTLS": _starttls}


def _initial(word: str) -> str | None:
    """What came with the command: "=" is a response, an empty one (RFC 4954 §4)."""
    return "" if word == "=" else word or None
