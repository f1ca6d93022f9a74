"""Drafts made of any bytes, and what must hold of the messages composed from them."""

from collections.abc import Callable
from datetime import UTC, datetime

from mailserver.message import address, compose, content, header, parser
from mailserver.message.address import Address
from mailserver.message.compose import Attachment, Draft
from mailserver.message.digest import digest
from mailserver.message.part import Part

from .texts import trimmed
from .wire import check_lines, field_names

_FIELDS = {
    "date", "from", "reply-to", "to", "cc", "subject", "message-id", "in-reply-to", "references",
    "mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id",
}  # fmt: skip
_TYPES = (
    "text/plain",
    "image/png",
    "application/pdf",
    "message/rfc822",
    "no type",
    "multipart/mixed",
    "a/b; c=d",
)


class Source:
    """Takes values off the front of some bytes; at their end all is empty."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def number(self) -> int:
        """A number from 0 to 255."""
        self.position += 1
        return self.data[self.position - 1] if self.position <= len(self.data) else 0

    def bytes(self) -> bytes:
        """A short run of bytes."""
        length = self.number()
        self.position += length
        return self.data[self.position - length : self.position]

    def text(self) -> str:
        """A short text, lone surrogates among it."""
        return self.bytes().decode("utf-8", "surrogateescape" if self.number() % 8 == 7 else "replace")

    def some[T](self, one: Callable[[], T]) -> tuple[T, ...]:
        """None to three of what `one` makes."""
        return tuple(one() for _ in range(self.number() % 4))


def read(data: bytes) -> Draft:
    """The draft that these bytes stand for."""
    source = Source(data)

    def person() -> Address:
        return Address(source.text(), source.text(), source.text())

    def known() -> Address:
        return Address(source.text(), "bob", "hamburger.test")

    def file() -> Attachment:
        return Attachment(
            source.text(),
            _TYPES[source.number() % len(_TYPES)],
            source.bytes(),
            source.text(),
            source.number() > 99,
        )

    return Draft(
        from_=source.some(known),
        to=source.some(known),
        cc=source.some(person),
        bcc=source.some(known),
        reply_to=source.some(person),
        subject=source.text(),
        html=source.text() if source.number() % 2 else None,
        text=source.text() if source.number() % 2 else None,
        attachments=source.some(file),
        message_id=source.text(),
        date=datetime(2026, 11, 22, source.number() % 24, tzinfo=UTC),
        in_reply_to=source.text(),
        references=source.some(source.text),
    )


def check_composed(draft: Draft) -> None:
    """The bytes may be sent anywhere, hold no field that nobody meant, and say what the draft says."""
    raw = compose.compose(draft)
    check_lines(raw)
    if not any(not person.spec.isascii() for person in (*draft.cc, *draft.reply_to)):
        assert raw.isascii()
    root = parser.parse(raw)
    if not any(file.content_type == "message/rfc822" for file in draft.attachments):
        assert set(field_names(raw)) <= _FIELDS
    fields = header.by_name(header.fields(raw[: root.body]))
    assert header.decode(fields.get("subject", b"")) == _line(draft.subject)
    assert digest(raw).sent_at == draft.date
    for name, people in (("from", draft.from_), ("to", draft.to)):
        written = address.parse(fields.get(name, b""))
        assert [(each.name, each.spec) for each in written] == [
            (_line(each.name), each.spec) for each in people
        ]
    _check_contents(raw, root, draft)


def _check_contents(raw: bytes, root: Part, draft: Draft) -> None:
    shown = content.display_parts(raw, root)
    if draft.html is not None and "\x1b" not in draft.html:
        part = root.find(shown.html or "-")
        assert part is not None
        assert _text(draft.html).strip() in content.text(raw, part)
    if draft.text is not None and "\x1b" not in draft.text:
        part = root.find(shown.text or "-")
        assert part is not None
        if part.embedded:
            # What reads as a file inside the text is taken out of it, whoever wrote it.
            return
        assert content.text(raw, part).strip("\n") == trimmed(_text(draft.text)).strip("\n")
    if all(each.content_type != "message/rfc822" for each in draft.attachments):
        leaves = [part for section, part in root.walk() if not part.children and "FILE" not in section][
            1 + (draft.html is not None) :
        ]
        assert sorted(content.decoded(raw, leaf) for leaf in leaves) == sorted(
            each.data for each in draft.attachments
        )


def _line(text: str) -> str:
    return " ".join(header.strip_controls(text.replace("\r", " ").replace("\n", " ")).split())


def _text(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").removeprefix("\ufeff")
    return text.encode("utf-8", "replace").decode()
