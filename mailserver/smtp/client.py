"""One conversation with one host that carries many messages (RFC 5321 §3, client side)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import client_auth
from .client_auth import Credentials
from .client_wire import TlsError, Wire, WireError
from .content import Content
from .guard import OPPORTUNISTIC, Guard, TlsFailure
from .outgoing import Outgoing, mail, rcpt
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


@dataclass(frozen=True, slots=True)
class Options:
    """How we speak: the name we give in EHLO, our patience, where the dialogue is kept."""

    hostname: str
    transcript: Transcript
    timeouts: Timeouts = field(default_factory=Timeouts)


Replies = dict[str, Reply]
"""What became of each recipient; the text of a reply keeps its lines."""


class Conversation:
    """A connection from greeting to QUIT; after a WireError only `close` is left to do.

    `tls` is version and cipher, `proof` what the host's certificate was proven by, "" for nothing.
    """

    def __init__(self, wire: Wire, host: str, ip: str, options: Options) -> None:
        self.host = host
        self.ip = ip
        self.tls = ""
        self.proof = ""
        self.tls_tried = False
        self.tls_failure: TlsFailure | None = None
        self.usable = True
        self._wire = wire
        self._options = options
        self._timeouts = options.timeouts
        self._extensions: dict[str, str] = {}
        self._began = False

    def begin(
        self,
        deadline: Deadline,
        *,
        guard: Guard | None = OPPORTUNISTIC,
        login: Credentials | None = None,
    ) -> None:
        """Read the greeting and say who we are, encrypted as `guard` demands; None is in the clear.

        Raises RefusedError, WireError, and of these TlsError where the encryption was not what it must be.
        """
        greeting = self._wire.reply(self._command_time(deadline))
        if greeting.code != 220:
            raise RefusedError(greeting)
        self._greet(deadline)
        if guard is not None:
            self._encrypt(guard, deadline)
        if login is not None:
            self._sign_in(login, deadline)

    def go_on(self, options: Options, deadline: Deadline) -> bool:
        """Serve another attempt, with its patience and its transcript; False when the connection is lost."""
        self._options, self._timeouts = options, options.timeouts
        self._wire.tell(options.transcript)
        options.transcript.event(f"goes on over an open connection to {self.host} ({self.ip})")
        try:
            self._reset(deadline)
        except WireError as error:
            options.transcript.event(error.reply.text)
            self.close()
        return self.usable

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

    @property
    def described_tls(self) -> str:
        """Version, cipher and proof of the encryption, "" where there is none."""
        return f"{self.tls}, {self.proof}" if self.proof else self.tls

    def offers(self, keyword: str) -> bool:
        """Say whether the server knows an extension."""
        return keyword in self._extensions

    def unprotected(self) -> Reply | None:
        """Say why a message that demands TLS can't go this way (RFC 8689 §4.2.1)."""
        if not self.proof:
            text = f"The way to {self.host} is not proven to be encrypted, as the message demands"
            return Reply(550, "5.7.10", text)
        if not self.offers("REQUIRETLS"):
            return Reply(550, "5.7.30", f"{self.host} does not promise to hand it on encrypted only")
        return None

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

    def _ask(self, command: str, deadline: Deadline, shown: str = "") -> Reply:
        within = self._command_time(deadline)
        self._wire.put(command, shown)
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

    def _encrypt(self, guard: Guard, deadline: Deadline) -> None:
        """STARTTLS (RFC 3207), then everything learnt in the clear is forgotten and asked again."""
        if "STARTTLS" not in self._extensions:
            self._go_on_unencrypted(guard, f"{self.host} offers no encryption")
            return
        self.tls_tried = True
        reply = self._ask("STARTTLS", deadline)
        if reply.code != 220:
            self._options.transcript.event("TLS refused: going on without it")
            self._go_on_unencrypted(guard, f"{self.host} refuses to encrypt: {reply.line()}")
            return
        self.tls, self.proof = self._wire.start_tls(guard, self.host, self._command_time(deadline))
        proven = f"proven by {self.proof}" if self.proof else "not checked"
        self._options.transcript.event(f"{self.tls}, the certificate of {self.host} is {proven}")
        self._greet(deadline)

    def _go_on_unencrypted(self, guard: Guard, text: str) -> None:
        self.tls_failure = TlsFailure("starttls-not-supported", text)
        if guard.demanded:
            raise TlsError(self.tls_failure)

    def _sign_in(self, login: Credentials, deadline: Deadline) -> None:
        """AUTH at a smarthost; a password that it does not take is trouble of ours, not of the message."""
        how = client_auth.mechanism(self._extensions.get("AUTH", ""))
        if how == "PLAIN":
            reply = self._ask(f"AUTH PLAIN {client_auth.plain(login)}", deadline, shown="AUTH PLAIN (hidden)")
        elif how == "LOGIN":
            reply = self._ask("AUTH LOGIN", deadline)
            for step in client_auth.steps(login):
                reply = self._ask(step, deadline, shown="(hidden)") if reply.code == 334 else reply
        else:
            reply = Reply(0, "4.7.0", f"{self.host} offers no way to sign in that we know")
        if reply.code != 235:
            raise RefusedError(Reply(reply.code, reply.enhanced, f"signing in failed: {reply.text}"))

    def _send(self, message: Outgoing, replies: Replies, deadline: Deadline) -> None:
        eight_bit = "8BITMIME" in self._extensions
        body = message.content.fit(eight_bit=eight_bit)
        if body is not message.content:
            text = f"{self.host} can't take it as it is: encoded anew, so signatures of others may not hold"
            self._options.transcript.event(text)
        try:
            self._send_fit(message, body, replies, deadline)
        finally:
            if body is not message.content:
                body.close()

    def _send_fit(self, message: Outgoing, body: Content, replies: Replies, deadline: Deadline) -> None:
        if refused := self._unfit(message, body.size):
            self._options.transcript.event(refused.text)
            replies.update(dict.fromkeys(message.recipients, refused))
            return
        waiting = list(message.recipients)
        while waiting and self.usable:
            now, waiting = waiting[:MAX_RECIPIENTS], waiting[MAX_RECIPIENTS:]
            self._transaction(message, now, body, replies, deadline)
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
        if message.needs_utf8 and "SMTPUTF8" not in self._extensions:
            return Reply(553, "5.6.7", f"{self.host} can't take addresses beyond ASCII")
        return self.unprotected() if message.demands_tls else None

    def _transaction(
        self,
        message: Outgoing,
        recipients: Sequence[str],
        body: Content,
        replies: Replies,
        deadline: Deadline,
    ) -> None:
        """One mail transaction: MAIL, RCPT for each, DATA; what is final goes into `replies` at once."""
        if self._began:
            self._reset(deadline)
        self._began = True
        pipelining = "PIPELINING" in self._extensions
        envelope = self._pipelined_envelope if pipelining else self._envelope
        answers = envelope(message, recipients, body, deadline)
        replies.update((who, answer) for who, answer in answers.items() if not answer.positive)
        accepted = [recipient for recipient in recipients if answers[recipient].positive]
        if not self.usable:
            replies.update(dict.fromkeys(accepted, _CLOSING))
        elif pipelining or accepted:
            go_ahead = self._data_reply(deadline, asked=pipelining)
            if accepted:
                replies.update(dict.fromkeys(accepted, self._content(go_ahead, body, deadline)))
            elif go_ahead.code == 354:
                self._no_content(deadline)

    def _reset(self, deadline: Deadline) -> None:
        if self._ask("RSET", deadline).code != 250:
            raise WireError("4.5.0", "The server could not begin anew")
        self._began = False

    def _envelope(
        self, message: Outgoing, recipients: Sequence[str], body: Content, deadline: Deadline
    ) -> Replies:
        """Send MAIL and the RCPTs, each when the one before is answered."""
        reply = self._ask(mail(message, body, self._extensions), deadline)
        if not reply.positive:
            return dict.fromkeys(recipients, reply)
        return {recipient: self._recipient(message, recipient, deadline) for recipient in recipients}

    def _pipelined_envelope(
        self, message: Outgoing, recipients: Sequence[str], body: Content, deadline: Deadline
    ) -> Replies:
        """Send MAIL, the RCPTs and DATA in one go (RFC 2920 §3.1); the reply to DATA is left to be read."""
        self._wire.put(mail(message, body, self._extensions))
        for recipient in recipients:
            with self._options.transcript.about(message.key, recipient):
                self._wire.put(rcpt(message, recipient, self._extensions))
        self._wire.put("DATA")
        self._wire.flush(self._command_time(deadline))
        sender = self._pipelined_reply(deadline)
        answers: Replies = {}
        for recipient in recipients:
            with self._options.transcript.about(message.key, recipient):
                answers[recipient] = self._pipelined_reply(deadline) if self.usable else _CLOSING
        if sender.positive:
            return answers
        if any(answer.positive for answer in answers.values()):
            # Whatever it took them for: with a dot they would get an empty message.
            self.usable = False
        return dict.fromkeys(recipients, sender)

    def _pipelined_reply(self, deadline: Deadline) -> Reply:
        reply = self._wire.reply(self._command_time(deadline))
        self.usable = self.usable and reply.code != 421
        return reply

    def _recipient(self, message: Outgoing, recipient: str, deadline: Deadline) -> Reply:
        with self._options.transcript.about(message.key, recipient):
            command = rcpt(message, recipient, self._extensions)
            return self._ask(command, deadline) if self.usable else _CLOSING

    def _data_reply(self, deadline: Deadline, *, asked: bool) -> Reply:
        within = Deadline(self._timeouts.data, deadline)
        if not asked:
            self._wire.put("DATA")
            self._wire.flush(within)
        return self._wire.reply(within)

    def _content(self, go_ahead: Reply, body: Content, deadline: Deadline) -> Reply:
        """Send the message if we may; returns what became of it."""
        reply = go_ahead
        if reply.code == 354:
            self._options.transcript.event(f"{body.size} bytes of content, then a dot")
            self._wire.content(body.on_the_wire(), self._timeouts, deadline)
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


_CLOSING = Reply(0, "4.4.2", "The server closed the conversation before this recipient's turn")
