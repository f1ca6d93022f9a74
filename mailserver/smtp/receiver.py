"""The SMTP receiver: a mail from MAIL to the end of data, given to the backend (RFC 5321 §3.3)."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from . import parameters, replies
from .data import read_data, read_octets
from .dialogue import Dialogue
from .envelope import NO_WISHES, Wishes
from .header import objection
from .path import PathError, forward_path, reverse_path
from .reply import Reply
from .service import Service
from .spool import Intake
from .transaction import Arrival, Transaction
from .wire import Hangup

_FROM = re.compile(r"FROM:(.*)", re.IGNORECASE | re.DOTALL)
_TO = re.compile(r"TO:(.*)", re.IGNORECASE | re.DOTALL)
_BDAT = re.compile(r"([0-9]{1,15})( LAST)?", re.IGNORECASE)


class Receiver(Dialogue):
    """The dialogue of port 25; whatever it decides by itself is syntax, order and limits."""

    mail_parameters: ClassVar[parameters.Shapes] = parameters.MAIL

    def __init__(self, service: Service, *, tls_first: bool = False) -> None:
        super().__init__(service, tls_first=tls_first)
        self._transaction: Transaction | None = None

    def _set_rset_state(self) -> None:
        """Forget the transaction, and the content that came; whose it was is told where it was not taken."""
        if (transaction := self._transaction) is not None:
            if transaction.recipients and transaction.chunks and (reply := transaction.chunks.refusal):
                who = transaction.mail_from, tuple(transaction.recipients)
                self.service.backend.turn_away(self._peer, *who, reply)
            transaction.close()
            self._transaction = None

    async def _mail(self, argument: str) -> Reply:
        assert self.session is not None
        match = _FROM.fullmatch(argument)
        if not self.session.host_name:
            return replies.HELLO_FIRST
        if self._transaction is not None:
            return replies.NESTED_MAIL
        if not match:
            return replies.MAIL_SYNTAX
        try:
            mail_from, rest = reverse_path(match[1])
            options = parameters.read(rest, self.mail_parameters)
        except (PathError, parameters.ParameterError) as refusal:
            return refusal.reply
        return await self._begin(mail_from, options)

    async def _begin(self, mail_from: str, options: dict[str, str]) -> Reply:
        size, smtputf8 = int(options.pop("SIZE", "0")), "SMTPUTF8" in options
        if "ENVID" in options:
            options["ENVID"] = parameters.decode_xtext(options["ENVID"])
        if not mail_from.isascii() and not smtputf8:
            return replies.NEEDS_SMTPUTF8
        if "REQUIRETLS" in options and not self._peer.tls:
            return replies.TLS_REQUIRED
        if size > self.service.limits.message_bytes:
            return replies.TOO_LARGE
        if not self.service.budget.has_room(size):
            return replies.NO_ROOM
        peer, backend = self._peer, self.service.backend
        reply = backend.recall_sender(peer, mail_from, size)
        if reply is None:
            self._deadline.pause()
            reply = await self.service.ask(backend.check_sender, peer, mail_from, size)
        if reply.positive:
            self._transaction = Transaction(mail_from, size, smtputf8, options)
        return reply

    async def _rcpt(self, argument: str) -> Reply:
        transaction, match = self._transaction, _TO.fullmatch(argument)
        if transaction is None:
            return replies.MAIL_FIRST
        if transaction.chunks is not None:
            return replies.IN_BDAT
        if not match:
            return replies.RCPT_SYNTAX
        try:
            recipient, rest = forward_path(match[1])
            options = parameters.read(rest, parameters.RCPT)
        except (PathError, parameters.ParameterError) as refusal:
            return refusal.reply
        if not recipient.isascii() and not transaction.smtputf8:
            return replies.NEEDS_SMTPUTF8
        wishes = parameters.wishes(options) if options else NO_WISHES
        return await self._add_recipient(transaction, recipient, wishes)

    async def _add_recipient(self, transaction: Transaction, recipient: str, wishes: Wishes) -> Reply:
        if len(transaction.recipients) >= self.service.limits.recipients:
            return replies.TOO_MANY_RECIPIENTS
        question = (self._peer, transaction.mail_from, recipient, transaction.size)
        reply = self.service.backend.recall_recipient(*question)
        if reply is None:
            self._deadline.pause()
            reply = await self.service.ask(self.service.backend.check_recipient, *question)
        if reply.positive:
            transaction.recipients[recipient] = wishes
        else:
            transaction.last_refusal = reply
        return reply

    # --- Its content

    def _not_ready(self) -> Reply | None:
        """Why no content may come now (RFC 5321 §4.1.4); no recipient left says why the last was refused."""
        transaction = self._transaction
        if transaction is None:
            return replies.MAIL_FIRST
        if transaction.recipients:
            return None
        return replies.NO_VALID_RECIPIENTS if transaction.last_refusal else replies.RCPT_FIRST

    async def _data(self, argument: str) -> Reply:
        transaction, refusal = self._transaction, self._not_ready()
        if argument:
            return replies.NO_ARGUMENT
        if refusal or transaction is None:
            return refusal or replies.MAIL_FIRST
        if transaction.chunks is not None:
            return replies.IN_BDAT
        if not self.service.budget.has_room(transaction.size):
            return replies.NO_ROOM
        transaction.chunks = self._intake()
        try:
            self._wire.write(replies.GO_AHEAD.line())
            self._deadline.await_upload()
            await read_data(self._wire, transaction.chunks, self._deadline.uploaded)
            return await self._commit(transaction, transaction.chunks)
        finally:
            self._set_rset_state()

    async def _bdat(self, argument: str) -> Reply:
        """One chunk (RFC 3030); its octets are read even when they are refused, or they would be commands."""
        match = _BDAT.fullmatch(argument)
        if not match:
            raise Hangup(replies.BDAT_SYNTAX)
        octets, last, refusal = int(match[1]), bool(match[2]), self._not_ready()
        chunks = self._transaction.chunks if self._transaction else None
        intake = chunks or self._intake()
        if refusal:
            intake.refuse(refusal)
        if self._transaction is not None:
            self._transaction.chunks = intake
        try:
            self._deadline.await_upload()
            await read_octets(self._wire, intake, octets, self._deadline.uploaded)
            if intake.refusal or not last or self._transaction is None:
                return intake.refusal or Reply(250, "2.0.0", f"{octets} octets received")
            return await self._commit(self._transaction, intake)
        finally:
            if last or intake.refusal:
                self._set_rset_state()

    def _intake(self) -> Intake:
        return Intake(self.service.budget, self.service.limits, self.service.run_blocking)

    async def _commit(self, transaction: Transaction, intake: Intake) -> Reply:
        """Everything is here: look at the header, then store it together with what else has arrived."""
        self._deadline.pause()
        limits = self.service.limits
        if intake.refusal:
            return intake.refusal
        if intake.in_file:
            start = await self.service.run_blocking(intake.start, limits.header_bytes + 4)
        else:
            start = intake.start(limits.header_bytes + 4)
        assert isinstance(start, bytes)
        if refusal := objection(start, limits):
            intake.refuse(refusal)
            return refusal
        arrival = Arrival(self._peer, transaction, intake, datetime.now(UTC))
        found = await self.service.examine(arrival)
        if isinstance(found, Reply):
            return found
        return await self.service.grouping.commit(replace(arrival, findings=found))

    commands = {**Dialogue.commands, "MAIL": _mail, "RCPT": _rcpt, "DATA": _data, "BDAT": _bdat}
