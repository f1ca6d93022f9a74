"""The dialogue around a mail: greeting, TLS, order, patience (RFC 5321 §4.1.1, RFC 3207, RFC 2920)."""

import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from . import replies
from .connection import Connection
from .envelope import Peer
from .reply import Reply
from .service import Service
from .wire import BadLine, Hangup

_HELO_NAME = re.compile(r"[A-Za-z0-9_.:\[\]\x80-\U0010ffff-]{1,255}")
_BROWSERS = ("GET", "POST", "PUT", "CONNECT", "OPTIONS", "HEAD")
_IDLE = ("NOOP", "RSET", "VRFY", "HELP", "EXPN")

type Command = Callable[[Any, str], Awaitable[Reply | None]]
"""Answers a command's argument, as a method; None when it has answered by itself."""


class Dialogue(Connection):
    """Reads commands and answers them; knows those that are about no mail."""

    commands: ClassVar[Mapping[str, Command]]

    def __init__(self, service: Service, *, tls_first: bool = False) -> None:
        super().__init__(service, tls_first=tls_first)
        self._wrong = self._idle = 0
        self._peer = Peer("", 0)

    async def _converse(self) -> None:
        self._wire.write(f"220 {self.service.hostname} ESMTP Postillion")
        while True:
            try:
                line = await self._next_line()
                reply = await self._answer(line)
            except BadLine as bad:
                reply = bad.reply
            if reply is not None:
                self._wire.write(reply.line())
                self._count(reply)
            if self.service.stopping:
                raise Hangup(replies.SHUTTING_DOWN)

    async def _next_line(self) -> bytes:
        self._deadline.await_command()
        self._waiting = True
        try:
            return await self._wire.line()
        finally:
            self._waiting = False

    async def _answer(self, line: bytes) -> Reply | None:
        try:
            verb, _, argument = line.decode().partition(" ")
        except UnicodeDecodeError:
            return replies.NOT_TEXT
        verb = verb.upper()
        self._count_idle(verb)
        command = self.commands.get(verb)
        if command is None:
            if verb in _BROWSERS:
                raise Hangup(replies.NOT_HTTP)
            return replies.UNKNOWN_COMMAND
        return await command(self, argument.strip(" "))

    def _count(self, reply: Reply) -> None:
        """Wrong commands are forgiven a few times; refused mail is no wrong command."""
        if 500 <= reply.code <= 504:
            self._wrong += 1
            if self._wrong >= self.service.limits.wrong_commands:
                raise Hangup(replies.TOO_MANY_ERRORS)

    def _count_idle(self, verb: str) -> None:
        """Commands that bring no mail forward are forgiven more often."""
        if verb in _IDLE:
            self._idle += 1
            if self._idle > self.service.limits.idle_commands:
                raise Hangup(replies.TOO_MANY_ERRORS)

    # --- Who speaks

    async def _hello_plainly(self, argument: str) -> Reply:
        if not _HELO_NAME.fullmatch(argument):
            return replies.NEEDS_HOST_NAME
        self._greet(argument, extended=False)
        return Reply(250, "", self.service.hostname)

    async def _hello(self, argument: str) -> Reply | None:
        if not _HELO_NAME.fullmatch(argument):
            return replies.NEEDS_HOST_NAME
        self._greet(argument, extended=True)
        lines = [self.service.hostname, *self._extensions()]
        self._wire.write(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")
        return None

    def _greet(self, name: str, *, extended: bool) -> None:
        self._set_rset_state()
        assert self.session is not None
        self.session.host_name, self.session.extended_smtp = name, extended
        secured = self.transport.get_extra_info("ssl_object") if self.transport else None
        tls = _tls_name(secured) if isinstance(secured, ssl.SSLObject) else ""
        self._peer = Peer(self._ip, self._port, name, extended, tls)

    def _extensions(self) -> list[str]:
        found = [
            f"SIZE {self.service.limits.message_bytes}",
            "PIPELINING",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
            "CHUNKING",
            "DSN",
        ]
        if self._tls_protocol:
            # Only where it is kept so far (RFC 8689 §2).
            found.append("REQUIRETLS")
        elif self.service.tls:
            found.insert(1, "STARTTLS")
        return found

    async def _starttls(self, argument: str) -> Reply | None:
        if argument:
            return replies.NO_ARGUMENT
        if self._tls_protocol is not None:
            return replies.ALREADY_TLS
        if self.service.tls is None:
            return replies.NO_TLS
        self.tls_context = self.service.tls()
        self._wire.forget()
        await self.smtp_STARTTLS("")
        self._wire.forget()
        return None

    # --- The rest

    async def _reset(self, argument: str) -> Reply:
        if argument:
            return replies.NO_ARGUMENT
        self._set_rset_state()
        return replies.OK

    async def _noop(self, _argument: str) -> Reply:
        return replies.OK

    async def _quit(self, _argument: str) -> Reply:
        raise Hangup(replies.BYE)

    async def _vrfy(self, argument: str) -> Reply:
        return replies.NOT_TOLD if argument else replies.RCPT_SYNTAX

    async def _help(self, _argument: str) -> Reply:
        return replies.HELP

    async def _refuse(self, _argument: str) -> Reply:
        return replies.NOT_IMPLEMENTED

    commands = {
        "HELO": _hello_plainly,
        "EHLO": _hello,
        "STARTTLS": _starttls,
        "RSET": _reset,
        "NOOP": _noop,
        "QUIT": _quit,
        "VRFY": _vrfy,
        "HELP": _help,
        "EXPN": _refuse,
        "AUTH": _refuse,
        "ETRN": _refuse,
        "TURN": _refuse,
    }


def _tls_name(secured: ssl.SSLObject) -> str:
    cipher = secured.cipher()
    return f"{secured.version()} {cipher[0] if cipher else ''}".rstrip()
