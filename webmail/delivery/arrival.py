"""Copies of messages on their way into accounts of ours."""

from dataclasses import dataclass
from datetime import datetime

from mailserver.authenticity.check import Checks
from mailserver.message import header
from mailserver.message.bounce import Bounce
from mailserver.message.digest import Digest, digest
from mailserver.message.tls_wish import TlsWish
from webmail.store.add import PackedMessage, pack
from webmail.store.spam_marks import Reason


@dataclass(frozen=True, slots=True)
class Content:
    """A message read, once for all of its copies."""

    raw: bytes
    digest: Digest
    packed: PackedMessage

    @property
    def head(self) -> bytes:
        """Its header, as it came."""
        return self.raw[self.digest.part.start : self.digest.part.body]

    def was_for(self, address: str, above: bytes = b"") -> bool:
        """Tell whether the message was here before: each who hands it on says for whom (RFC 9228).

        `above` are fields that stand on top of it.
        """
        values = (value for name, value in header.fields(above + self.head) if name == "delivered-to")
        return address.lower() in {header.text_of(value).strip().lower() for value in values}


def read_content(raw: bytes) -> Content:
    """Do all that needs no database."""
    found = digest(raw)
    return Content(raw, found, pack(raw, found))


@dataclass(frozen=True, slots=True)
class Told:
    """What a message that came from outside reports, and the ids of messages that it may speak of."""

    bounce: Bounce
    message_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDelivery:
    """One copy for one account.

    `recipient` is the address it was sent to and `return_path` the envelope sender, "" for the null sender;
    `trace` holds trace headers (Received …), each ending in CR LF, that go on top of this copy. `sorts`: the
    account chooses by who sent it where mail goes. `automates`: it has rules, hands mail on, or is away.
    `filters`: it has learnt what spam is; `spam` is why the server takes the message for that. `told` is what
    it reports about mail of the account's own. `checks`: what was found of its sender, None where nobody
    looked. `tls_wish` is what its sender asks of a way on. `detail` names the mailbox that the account
    wants it in, if there is one.
    """

    account_id: int
    recipient: str
    return_path: str
    content: Content
    received_at: datetime
    trace: bytes = b""
    sorts: bool = False
    automates: bool = False
    filters: bool = False
    spam: Reason | None = None
    told: Told | None = None
    checks: Checks | None = None
    detail: str = ""
    tls_wish: TlsWish = TlsWish.AS_USUAL

    @property
    def is_forged(self) -> bool:
        """Tell whether the domain that its From names denies having sent it."""
        return self.checks is not None and self.checks.is_forged

    @property
    def prefix(self) -> bytes:
        """The headers of final delivery (RFC 5321 §4.4, RFC 9228)."""
        head = f"Return-Path: <{self.return_path}>\r\nDelivered-To: {self.recipient}\r\n"
        return head.encode() + self.trace
