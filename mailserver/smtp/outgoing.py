"""A message on its way to a host, and the words of its envelope (RFC 5321, 1870, 3461, 6152, 6531, 8689)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import idna

from mailserver.message.tls_wish import TlsWish

from .content import Content

type Extensions = Mapping[str, str]
"""What a server offered in EHLO: keyword in capitals, and its parameters."""

_PLAIN = frozenset(range(33, 127)) - {ord("+"), ord("=")}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to hand over; `key` is the caller's name for it; its owner closes the content.

    What its sender wants to be told goes along where the server knows of that: `envelope_id`, `ret` (FULL or
    HDRS), `notify` and `original` by recipient, "" for nothing said.
    """

    key: int
    mail_from: str
    recipients: tuple[str, ...]
    content: Content
    envelope_id: str = ""
    ret: str = ""
    notify: Mapping[str, str] = field(default_factory=dict)
    original: Mapping[str, str] = field(default_factory=dict)
    tls_wish: TlsWish = TlsWish.AS_USUAL

    @property
    def demands_tls(self) -> bool:
        """Whether it goes over a proven encryption or not at all; a report is better told than lost (§5)."""
        return self.tls_wish is TlsWish.REQUIRED and bool(self.mail_from)

    @property
    def needs_utf8(self) -> bool:
        """Whether a local part can't be written in ASCII; a domain always can."""
        return not all(_local(address).isascii() for address in (self.mail_from, *self.recipients))


def mail(message: Outgoing, body: Content, extensions: Extensions) -> str:
    """Write MAIL for content as it will go over the wire."""
    words = [f"MAIL FROM:<{spelled(message.mail_from)}>"]
    if "SIZE" in extensions:
        words.append(f"SIZE={body.size}")
    if "8BITMIME" in extensions and not body.is_ascii:
        words.append("BODY=8BITMIME")
    if "SMTPUTF8" in extensions and (message.needs_utf8 or (not body.is_ascii and _has_utf8(body.header()))):
        words.append("SMTPUTF8")
    if "DSN" in extensions:
        words += [f"RET={message.ret}"] if message.ret in ("FULL", "HDRS") else []
        words += [f"ENVID={xtext(message.envelope_id)}"] if message.envelope_id else []
    if message.tls_wish is TlsWish.REQUIRED and "REQUIRETLS" in extensions:
        words.append("REQUIRETLS")
    return " ".join(words)


def rcpt(message: Outgoing, recipient: str, extensions: Extensions) -> str:
    """Write RCPT for one recipient."""
    words = [f"RCPT TO:<{spelled(recipient)}>"]
    if "DSN" in extensions:
        notify, original = message.notify.get(recipient, ""), message.original.get(recipient, "")
        words += [f"NOTIFY={notify}"] if notify else []
        if original and original.isascii():
            kind, found, address = original.rpartition(";")
            words.append(f"ORCPT={kind if found else 'rfc822'};{xtext(address)}")
    return " ".join(words)


def spelled(address: str) -> str:
    """Write an address as any server reads it: its domain in A-labels."""
    local, at, domain = address.rpartition("@")
    if not at or domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return address


def xtext(text: str) -> str:
    """Encode a value of a DSN parameter (RFC 3461 §4)."""
    return "".join(chr(byte) if byte in _PLAIN else f"+{byte:02X}" for byte in text.encode())


def _local(address: str) -> str:
    return address.rpartition("@")[0]


def _has_utf8(head: bytes) -> bool:
    """Say whether the header is one of RFC 6532; other bytes beyond ASCII are nobody's promise."""
    if head.isascii():
        return False
    try:
        head.decode()
    except UnicodeDecodeError:
        return False
    return True
