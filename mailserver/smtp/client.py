"""One conversation with one host that carries many messages (RFC 5321 §3, client side)."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field

from mailserver.message import wire_form

from . import content
from .client_wire import Wire, WireError
from .patience import Deadline, Timeouts
from .reply import Reply
from .transcript import Transcript

MAX_RECIPIENTS = 100
"""Recipients of one transaction: what every server must take (RFC 5321 §4.5.3.1.8)."""


class RefusedError(Exception):
    """The host talks but wants none of our mail now; another host may. `reply` is temporary."""

    def __init__(self, reply: Reply) -> None:
        text = f"The server refuses to talk: {reply.line()}"
        super().__init__(text)
        self.reply = Reply(reply.code if reply.temporary else 0, reply.enhanced, text)


def opportunistic_context() -> ssl.SSLContext:
    """Encrypt with whoever it is: any certificate is better than none (RFC 7435)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@dataclass(frozen=True, slots=True)
class Options:
    """How we speak: the name we give in EHLO, our patience, our encryption, where the dialogue is kept."""

    hostname: str
    transcript: Transcript
    timeouts: Timeouts = field(default_factory=Timeouts)
    tls: ssl.SSLContext = field(default_factory=opportunistic_context)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to hand over; `key` is the caller's name for it, content is raw bytes of any line ends."""

    key: int
    mail_from: str
    recipients: tuple[str, ...]
    content: bytes


Replies = dict[str, Reply]
"""What became of each recipient; the text of a reply keeps its lines."""


class Conversation:
    """A connection from greeting to QUIT; after a WireError only `close` is left to do."""

    def __init__(self, wire: Wire, host: str, ip: str, options: Options) -> None:
        self.host = host
        self.ip = ip
        self.tls = ""
        self.tls_tried = False
        self.usable = True
        self._wire = wire
        self._options = options
        self._timeouts = options.timeouts
        self._extensions: dict[str, str] = {}
        self._began = False

    def begin(self, deadline: Deadline, *, encrypt: bool = True) -> None:
        """Read the greeting and say who we are, encrypted if the server can. RefusedError, WireError."""
        greeting = self._wire.reply(self._command_time(deadline))
        if greeting.code != 220:
            raise RefusedError(greeting)
        self._greet(deadline)
        if encrypt and "STARTTLS" in self._extensions:
            self._encrypt(deadline)

    def send(self, message: Outgoing, deadline: Deadline) -> Replies:
        """Hand over one message; returns a reply for each recipient, whatever happens.

        When the connection breaks, those without an answer get a temporary one, and `usable` turns False.
        """
        replies: Replies = {}
        with self._options.transcript.about(message.key):
            try:
                self._send(message, replies, deadline)
            except WireError as error:
                self.usable = False
                self._options.transcript.event(error.reply.text)
                for recipient in message.recipients:
                    replies.setdefault(recipient, error.reply)
        return replies

    def quit(self) -> None:
        """Take leave as well as the connection allows, and close."""
        try:
            if self.usable:
                deadline = Deadline(self._timeouts.close)
                self._wire.put("QUIT")
                self._wire.flush(deadline)
                self._wire.reply(deadline)
        except WireError as error:
            self._options.transcript.event(f"no farewell: {error}")
        finally:
            self.close()

    def close(self) -> None:
        """Close at once."""
        self.usable = False
        self._wire.close()

    def _command_time(self, deadline: Deadline) -> Deadline:
        return Deadline(self._timeouts.command, deadline)

    def _ask(self, command: str, deadline: Deadline) -> Reply:
        within = self._command_time(deadline)
        self._wire.put(command)
        self._wire.flush(within)
        reply = self._wire.reply(within)
        if reply.code == 421:
            self.usable = False
        return reply

    def _greet(self, deadline: Deadline) -> None:
        """EHLO, or HELO with a server that knows no extensions (RFC 5321 §3.2)."""
        self._extensions = {}
        reply = self._ask(f"EHLO {self._options.hostname}", deadline)
        if reply.code == 250:
            for line in reply.text.splitlines()[1:]:
                keyword, _, parameters = line.strip().partition(" ")
                self._extensions[keyword.upper()] = parameters
        elif reply.permanent:
            reply = self._ask(f"HELO {self._options.hostname}", deadline)
        if reply.code != 250:
            raise RefusedError(reply)

    def _encrypt(self, deadline: Deadline) -> None:
        """STARTTLS (RFC 3207), then everything learnt in the clear is forgotten and asked again."""
        self.tls_tried = True
        reply = self._ask("STARTTLS", deadline)
        if reply.code != 220:
            self._options.transcript.event("TLS refused: going on without it")
            return
        described = self._wire.start_tls(self._options.tls, self.host, self._command_time(deadline))
        self.tls = described
        self._options.transcript.event(f"{described}, the certificate of {self.host} is not checked")
        self._greet(deadline)

    def _send(self, message: Outgoing, replies: Replies, deadline: Deadline) -> None:
        eight_bit = "8BITMIME" in self._extensions
        raw = wire_form.fit(content.normalised(message.content), eight_bit=eight_bit)
        if refused := self._unfit(message, len(raw)):
            self._options.transcript.event(refused.text)
            replies.update(dict.fromkeys(message.recipients, refused))
            return
        waiting = list(message.recipients)
        while waiting and self.usable:
            now, waiting = waiting[:MAX_RECIPIENTS], waiting[MAX_RECIPIENTS:]
            self._transaction(message, now, raw, replies, deadline)
            full = [recipient for recipient in now if replies[recipient].code == 452]
            # "Too many recipients": those it took are gone, so the others may follow at once.
            if len(full) < len(now) and any(replies[recipient].positive for recipient in now):
                waiting = full + waiting
        for recipient in waiting:
            replies.setdefault(recipient, _CLOSING)

    def _unfit(self, message: Outgoing, size: int) -> Reply | None:
        """Say why this server can't take the message at all (RFC 1870 §6.1, RFC 6531 §3.6)."""
        limit = self._extensions.get("SIZE", "")
        if _is_size(limit) and 0 < int(limit) < size:
            text = f"The message of {size} bytes is larger than {self.host} takes ({limit})"
            return Reply(552, "5.3.4", text)
        if self._needs_utf8(message) and "SMTPUTF8" not in self._extensions:
            return Reply(553, "5.6.7", f"{self.host} can't take addresses beyond ASCII")
        return None

    @staticmethod
    def _needs_utf8(message: Outgoing) -> bool:
        return not all(address.isascii() for address in (message.mail_from, *message.recipients))

    def _transaction(
        self, message: Outgoing, recipients: Sequence[str], raw: bytes, replies: Replies, deadline: Deadline
    ) -> None:
        """One mail transaction: MAIL, RCPT for each, DATA; what is final goes into `replies` at once."""
        if self._began:
            self._reset(deadline)
        self._began = True
        pipelining = "PIPELINING" in self._extensions
        envelope = self._pipelined_envelope if pipelining else self._envelope
        answers = envelope(message, recipients, raw, deadline)
        replies.update((who, answer) for who, answer in answers.items() if not answer.positive)
        accepted = [recipient for recipient in recipients if answers[recipient].positive]
        if not self.usable:
            replies.update(dict.fromkeys(accepted, _CLOSING))
        elif pipelining or accepted:
            go_ahead = self._data_reply(deadline, asked=pipelining)
            if accepted:
                replies.update(dict.fromkeys(accepted, self._content(go_ahead, raw, deadline)))
            elif go_ahead.code == 354:
                self._no_content(deadline)

    def _reset(self, deadline: Deadline) -> None:
        if self._ask("RSET", deadline).code != 250:
            raise WireError("4.5.0", "The server could not begin anew")
        self._began = False

    def _envelope(
        self, message: Outgoing, recipients: Sequence[str], raw: bytes, deadline: Deadline
    ) -> Replies:
        """Send MAIL and the RCPTs, each when the one before is answered."""
        reply = self._ask(self._mail(message, raw), deadline)
        if not reply.positive:
            return dict.fromkeys(recipients, reply)
        return {recipient: self._recipient(message, recipient, deadline) for recipient in recipients}

    def _pipelined_envelope(
        self, message: Outgoing, recipients: Sequence[str], raw: bytes, deadline: Deadline
    ) -> Replies:
        """Send MAIL, the RCPTs and DATA in one go (RFC 2920 §3.1); the reply to DATA is left to be read."""
        self._wire.put(self._mail(message, raw))
        for recipient in recipients:
            with self._options.transcript.about(message.key, recipient):
                self._wire.put(_rcpt(recipient))
        self._wire.put("DATA")
        self._wire.flush(self._command_time(deadline))
        mail = self._pipelined_reply(deadline)
        answers: Replies = {}
        for recipient in recipients:
            with self._options.transcript.about(message.key, recipient):
                answers[recipient] = self._pipelined_reply(deadline) if self.usable else _CLOSING
        if mail.positive:
            return answers
        if any(answer.positive for answer in answers.values()):
            # Whatever it took them for: with a dot they would get an empty message.
            self.usable = False
        return dict.fromkeys(recipients, mail)

    def _pipelined_reply(self, deadline: Deadline) -> Reply:
        reply = self._wire.reply(self._command_time(deadline))
        self.usable = self.usable and reply.code != 421
        return reply

    def _recipient(self, message: Outgoing, recipient: str, deadline: Deadline) -> Reply:
        with self._options.transcript.about(message.key, recipient):
            return self._ask(_rcpt(recipient), deadline) if self.usable else _CLOSING

    def _mail(self, message: Outgoing, raw: bytes) -> str:
        words = f"MAIL FROM:<{message.mail_from}>"
        if "SIZE" in self._extensions:
            words += f" SIZE={len(raw)}"
        if "8BITMIME" in self._extensions and not raw.isascii():
            words += " BODY=8BITMIME"
        if self._needs_utf8(message):
            words += " SMTPUTF8"
        return words

    def _data_reply(self, deadline: Deadline, *, asked: bool) -> Reply:
        within = Deadline(self._timeouts.data, deadline)
        if not asked:
            self._wire.put("DATA")
            self._wire.flush(within)
        return self._wire.reply(within)

    def _content(self, go_ahead: Reply, raw: bytes, deadline: Deadline) -> Reply:
        """Send the message if we may; returns what became of it."""
        reply = go_ahead
        if reply.code == 354:
            self._options.transcript.event(f"{len(raw)} bytes of content, then a dot")
            self._wire.content(content.on_the_wire(raw), self._timeouts, deadline)
            reply = self._wire.reply(Deadline(self._timeouts.final, deadline))
            self._began = False
        elif reply.positive:
            raise WireError("4.5.0", "The server answered DATA out of turn")
        if reply.code == 421:
            self.usable = False
        return reply

    def _no_content(self, deadline: Deadline) -> None:
        """End a DATA that goes on although every recipient was refused (RFC 2920 §3.1)."""
        self._options.transcript.event("no recipient is left: a dot alone")
        within = Deadline(self._timeouts.data, deadline)
        self._wire.put(".")
        self._wire.flush(within)
        self._wire.reply(within)


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def _rcpt(recipient: str) -> str:
    return f"RCPT TO:<{recipient}>"


_CLOSING = Reply(0, "4.4.2", "The server closed the conversation before this recipient's turn")
