"""Values as they are written in answers (RFC 9051 §9): strings, ENVELOPE, BODYSTRUCTURE."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from mailserver.message import structure
from mailserver.message.body_structure import Value, body_structure
from mailserver.message.part import Part
from mailserver.message.structure import Envelope

from . import utf7

_is_quotable = re.compile(r"[ !#-\[\]-~]{0,1000}\Z").match
_QUOTABLE_WITH_ESCAPES = re.compile(r"[ -~]{0,1000}\Z")
_ATOM = re.compile(r'[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]+\Z')


def string(text: str | None) -> bytes:
    """A string, quoted where it can be; NIL for None."""
    return _string(text).encode("utf-8", "replace")


def _string(text: str | None) -> str:
    if text is None:
        return "NIL"
    if _is_quotable(text):
        return f'"{text}"'
    if _QUOTABLE_WITH_ESCAPES.match(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return f"{{{len(text.encode('utf-8', 'replace'))}}}\r\n{text}"


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


def labels(names: Iterable[str], *, utf8: bool) -> bytes:
    r"""X-GM-LABELS: paths as those of mailboxes, and `\Inbox` and the like, which are quoted."""
    written = [string(name) if name.startswith("\\") else mailbox(name, utf8=utf8) for name in names]
    return b"X-GM-LABELS (%b)" % b" ".join(written)


def envelope(value: Envelope) -> bytes:
    """ENVELOPE (RFC 9051 §7.5.2)."""
    return _envelope(value).encode("utf-8", "replace")


def structure_of(part: Part, header_of: Callable[[Part], bytes], *, extended: bool) -> bytes:
    """BODY or BODYSTRUCTURE; `header_of` reads the header of a message inside the message."""

    def envelope_of(inner: Part) -> Envelope:
        return structure.envelope(header_of(inner), Part(0, inner.body - inner.start, inner.end, 0))

    return _structure(body_structure(part, extended, envelope_of)).encode("utf-8", "replace")


# All below is text, which is put together faster than octets; what is foreign in it becomes UTF-8 at the end.


def _envelope(value: Envelope) -> str:
    date, subject, from_, sender, reply_to, *others, in_reply_to, message_id = value
    first = _addresses(from_)
    # Mostly these two are the very same.
    lists = [first if same is from_ else _addresses(same) for same in (sender, reply_to)]
    lists += map(_addresses, others)
    return (
        f"({_string(date or None)} {_string(subject or None)} {first} {' '.join(lists)}"
        f" {_string(in_reply_to or None)} {_string(message_id or None)})"
    )


def _structure(value: tuple[Value, ...]) -> str:
    if type(value[0]) is tuple:
        # A multipart: its children stand one after another, with nothing between.
        return f"({''.join(map(_structure, value[0]))} {_values(value[1:])})"  # type: ignore[arg-type]
    return f"({_same(value[:_SIZE])} {_values(value[_SIZE:])})"


def _values(values: tuple[Value, ...]) -> str:
    return " ".join(map(_value, values))


def _value(value: Value) -> str:
    if value is None:
        return "NIL"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Envelope):
        return _envelope(value)
    return f"({_values(value)})" if isinstance(value[0], str) else _structure(value)


_SIZE = 6
"""Where it stands among the fields of a part."""
_same = lru_cache(2000)(_values)
"""What is before it is the same in very many messages: type, charset, encoding."""


def _addresses(mailboxes: Sequence[structure.Mailbox]) -> str:
    return f"({''.join(map(_address, mailboxes))})" if mailboxes else "NIL"


@lru_cache(4000)
def _address(one: structure.Mailbox) -> str:
    """The same few write, and are written to, in very many messages."""
    name, route, host = one.name or None, one.route or None, one.host or None
    return f"({_string(name)} {_string(route)} {_string(one.unquoted or None)} {_string(host)})"
