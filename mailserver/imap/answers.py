"""Values as they are written in answers (RFC 9051 §9): strings, ENVELOPE, BODYSTRUCTURE."""

import re
from collections.abc import Callable, Iterable

from mailserver.message import structure
from mailserver.message.body_structure import Value, body_structure
from mailserver.message.part import Part
from mailserver.message.structure import Envelope

from . import utf7

_QUOTABLE = re.compile(r"[ !#-\[\]-~]{0,1000}\Z")
_QUOTABLE_WITH_ESCAPES = re.compile(r"[ -~]{0,1000}\Z")
_ATOM = re.compile(r'[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]+\Z')


def string(text: str | None) -> bytes:
    """A string, quoted where it can be; NIL for None."""
    if text is None:
        return b"NIL"
    if _QUOTABLE.match(text):
        return f'"{text}"'.encode()
    if _QUOTABLE_WITH_ESCAPES.match(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'.encode()
    return literal(text.encode("utf-8", "replace"))


def literal(octets: bytes) -> bytes:
    """Octets as a literal."""
    return b"{%d}\r\n%b" % (len(octets), octets)


def astring(text: str) -> bytes:
    """An atom where it can be one, else a string."""
    return text.encode() if _ATOM.match(text) and text.upper() != "NIL" else string(text)


def mailbox(path: str, *, utf8: bool) -> bytes:
    """The name of a mailbox: UTF-8 for who enabled it, modified UTF-7 else (RFC 9051 §5.1)."""
    if not utf8:
        return astring(utf7.encode(path))
    if _ATOM.match(path):
        return astring(path)
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode()


def envelope(value: Envelope) -> bytes:
    """ENVELOPE (RFC 9051 §7.5.2)."""
    lists = (value.from_, value.sender, value.reply_to, value.to, value.cc, value.bcc)
    return b"(%b %b %b %b %b)" % (
        string(value.date or None),
        string(value.subject or None),
        b" ".join(map(_addresses, lists)),
        string(value.in_reply_to or None),
        string(value.message_id or None),
    )


def structure_of(part: Part, header_of: Callable[[Part], bytes], *, extended: bool) -> bytes:
    """BODY or BODYSTRUCTURE; `header_of` reads the header of a message inside the message."""

    def envelope_of(inner: Part) -> Envelope:
        return structure.envelope(header_of(inner), Part(0, inner.body - inner.start, inner.end, 0))

    return _body(body_structure(part, extended, envelope_of))


def _body(value: Value) -> bytes:
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        # A multipart: its children stand one after another, with nothing between.
        children, *rest = value
        assert isinstance(children, tuple)
        return b"(%b %b)" % (b"".join(map(_body, children)), b" ".join(map(_value, rest)))
    return _value(value)


def _value(value: Value) -> bytes:
    if value is None:
        return b"NIL"
    if isinstance(value, int):
        return b"%d" % value
    if isinstance(value, str):
        return string(value)
    if isinstance(value, Envelope):
        return envelope(value)
    if value and isinstance(value[0], tuple):
        return _body(value)
    return b"(%b)" % b" ".join(map(_value, value))


def _addresses(mailboxes: Iterable[structure.Mailbox]) -> bytes:
    written = [
        b"(%b)" % b" ".join(string(text or None) for text in (one.name, one.route, one.unquoted, one.host))
        for one in mailboxes
    ]
    return b"(%b)" % b"".join(written) if written else b"NIL"
