"""A message as a mail program hands it in: made complete, its Bcc taken out (RFC 6409 §8)."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from . import address, encode, header
from .address import Address

# As leniently as header.py reads names: whatever others may take for a Bcc goes.
_BCC = re.compile(
    rb"(?:\A(?:\xef\xbb\xbf)?[ \t]*|^)(?:resent-)?bcc[ \t]*(?:\r?\n[ \t]+(?=:))?:[^\n]*(?:\n[ \t][^\n]*)*\n?",
    re.IGNORECASE | re.MULTILINE,
)
_AUTHORS = frozenset({"from", "sender", "resent-from", "resent-sender"})
_NAMED = frozenset({"to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc"})


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Its header and body (a view: it may be long) apart, without Bcc; `bcc` is what was taken out.

    `authors` are all who are said to have written or sent it; `named` everybody it is said to go to.
    """

    head: bytes
    body: memoryview
    bcc: bytes
    from_fields: int
    authors: tuple[Address, ...]
    named: tuple[Address, ...]
    has_date: bool
    has_id: bool
    is_automatic: bool

    def complete(self, author: Address, now: datetime, message_id: str) -> bytes:
        """Write the message, with what the program left out: who wrote it, when, and its id."""
        missing = (
            b"" if self.from_fields else encode.addresses("From", (author,)),
            b"" if self.has_date else encode.field("Date", format_datetime(now)),
            b"" if self.has_id else encode.ids("Message-ID", [message_id]),
        )
        return b"".join((*missing, self.head, b"\r\n", self.body))


def read(raw: bytes) -> HandedIn:
    """Read a message whose lines end in CR LF; what is no header is its body. Never raises."""
    end = 0 if raw.startswith(b"\r\n") else raw.find(b"\r\n\r\n") + 2
    written = raw if end == 1 else raw[:end]
    head = written[: header.fields_end(written)]
    start = len(head) + 2 * raw.startswith(b"\r\n", len(head))
    if head and not head.endswith(b"\r\n"):
        head += b"\r\n"
    fields = header.fields(head)
    names = [name for name, _ in fields]
    return HandedIn(
        head=_BCC.sub(b"", head),
        body=memoryview(raw)[start:],
        bcc=b"".join(_BCC.findall(head)),
        from_fields=names.count("from"),
        authors=_people(fields, _AUTHORS),
        named=_people(fields, _NAMED),
        has_date="date" in names,
        has_id="message-id" in names,
        is_automatic="auto-submitted" in names or "precedence" in names,
    )


def _people(fields: header.Fields, wanted: frozenset[str]) -> tuple[Address, ...]:
    return tuple(person for name, value in fields if name in wanted for person in address.parse(value))
