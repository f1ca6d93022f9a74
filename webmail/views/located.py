"""A part of a message by its address; also one inside a file of it that is a message or a package of files.

An address is a section as `Part.walk` names it ("0" is the root). "2-1.3" is section 1.3 of what the file in
section 2 holds: it is decoded and opened, at most MAX_OPENED times.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.urls import reverse

from mailserver.message import content, parser, sniff, tnef
from mailserver.message.part import Part
from webmail.store import queries

from .message_bytes import MessageBytes

ADDRESS = (
    r"(?:0|\d+(?:\.(?:\d+|TEXT|FILE\d{1,3})){0,120})(?:-(?:0|\d+(?:\.(?:\d+|TEXT|FILE\d{1,3})){0,120})){0,3}"
)
MAX_OPENED = 3


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to read: the stored one or one inside it. `before` leads the addresses of its parts."""

    message: queries.ConversationMessage
    raw: bytes
    root: Part
    before: str = ""

    @property
    def page(self) -> str:
        """Where it is read: in its conversation, or on the page of a message inside another."""
        if not self.before:
            return reverse("message", args=[self.message.id])
        return reverse("enclosed", args=[self.message.id, self.before.rstrip("-")])

    def address(self, section: str) -> str:
        """The address of a section of this letter's own tree."""
        if self.before.endswith("-") or not self.before:
            return f"{self.before}{section or '0'}"
        return f"{self.before}.{section or 'TEXT'}"


@dataclass(frozen=True, slots=True)
class Located:
    """A part, and the letter whose tree it belongs to."""

    letter: Letter
    address: str
    part: Part

    @property
    def data(self) -> bytes:
        """Its content, decoded."""
        return content.decoded(self.letter.raw, self.part)

    @property
    def around(self) -> Letter:
        """The innermost letter that the part belongs to: one that the parser opened may lie in between."""
        pieces = self.address.removeprefix(self.letter.before).split(".")
        for length in range(len(pieces) - 1, 0, -1):
            outer = self.letter.root.find(".".join(pieces[:length]))
            if outer and outer.children and not outer.is_multipart:
                address = f"{self.letter.before}{'.'.join(pieces[:length])}"
                return Letter(self.letter.message, self.letter.raw, outer.children[0], address)
        return self.letter

    def opened(self) -> Letter:
        """The letter inside; a file that is none is read as one all the same: any bytes are a message."""
        if self.part.children and not self.part.is_multipart:
            return Letter(self.letter.message, self.letter.raw, self.part.children[0], self.address)
        raw, root = _open(self.data)
        return Letter(self.letter.message, raw, root, f"{self.address}-")


def message_of(request: HttpRequest, message_id: int) -> queries.ConversationMessage:
    """The message of the request's account; raises Http404."""
    try:
        return queries.message(request.account.pk, message_id)
    except queries.MessageNotFoundError as error:
        raise Http404 from error


def letter_of(message: queries.ConversationMessage, head: bytes = b"") -> Letter:
    """The stored message itself; its `head` are the first bytes of its blob, where they were read before."""
    return Letter(message, MessageBytes(message.blob_id, head), message.part)


def locate(request: HttpRequest, message_id: int, address: str) -> Located:
    """Find a part of a message of the request's account; raises Http404."""
    letter = letter_of(message_of(request, message_id))
    *outer, last = address.split("-")
    for step in outer[:MAX_OPENED]:
        data = _find(letter, step).data
        raw, root = _open(data)
        letter = Letter(letter.message, raw, root, f"{letter.before}{step}-")
    return _find(letter, last)


def _find(letter: Letter, section: str) -> Located:
    found = letter.root.find("" if section == "0" else section)
    if found is None:
        raise Http404
    return Located(letter, f"{letter.before}{section}", found)


def _open(data: bytes) -> tuple[bytes, Part]:
    if sniff.media_type(data) == "application/ms-tnef":
        return tnef.unpack(data)
    return data, parser.parse(data)
