"""Reply, reply to all, forward: a draft that quotes the message (RFC 5322 §3.6.4, §3.6.3)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo
from html import escape

from . import address, content, header, summary, threading
from . import html as html_
from .address import Address
from .compose import Attachment, Draft
from .content import DisplayParts
from .part import Part
from .text_to_html import linkify

_REPLY_BEGINS = re.compile(r"(?:re|aw|sv|回复|回覆|答复|返信)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE)
_FORWARD_BEGINS = re.compile(r"(?:fwd?|wg|tr|转发|轉寄|転送)\s*[:：]", re.IGNORECASE)
_MAX_REFERENCES = 31
WROTE = "On {date}, {name} wrote:"
FORWARDED = "---------- Forwarded message ----------"


def reply(
    raw: bytes, part: Part, own: set[str], all: bool, *, wrote: str = WROTE, zone: tzinfo | None = None
) -> Draft:
    """Answer the message; `own` are the user's addresses, normalised; `wrote` has {date} and {name}.

    The date is told by the clock of `zone`, without one by that of whoever wrote the message.
    The answer to a message of one's own goes to whom that went to.
    """
    message = _Message(raw, part)
    to, cc = _recipients(message, own, all)
    date = summary.date(header.decode(message.value("date")))
    date = date.astimezone(zone) if date and zone else date
    attribution = wrote.replace("{date}", f"{date:%Y-%m-%d %H:%M}" if date else "?")
    attribution = attribution.replace("{name}", str(_author(message)))
    html, text = _contents(message)
    draft = Draft(
        from_=_received_at(message, own),
        to=to,
        cc=cc,
        subject=_prefixed("Re: ", _REPLY_BEGINS, message.subject),
        html=f'<div><br></div><div class="gmail_quote"><div>{escape(attribution)}</div>'
        f'<blockquote type="cite">{html}</blockquote></div>',
        text=f"\n\n{attribution}\n{_quoted(text)}",
        attachments=message.pictures(),
    )
    return _linked(draft, message)


def forward(raw: bytes, part: Part, *, banner: str = FORWARDED) -> Draft:
    """Pass the message on, its files with it; `banner` is the line above its fields."""
    message = _Message(raw, part)
    html, text = _contents(message)
    fields = [
        (name, header.decode(message.value(name.lower())))
        for name in ("From", "Date", "Subject", "To", "Cc")
        if message.value(name.lower())
    ]
    shown = "".join(f"<br><b>{name}:</b> {escape(value)}" for name, value in fields)
    lines = "\n".join(f"{name}: {value}" for name, value in fields)
    draft = Draft(
        subject=_prefixed("Fwd: ", _FORWARD_BEGINS, message.subject),
        html=f'<div><br></div><div class="gmail_quote"><div>{escape(banner)}{shown}</div><br>{html}</div>',
        text=f"\n\n{banner}\n{lines}\n\n{text}",
        attachments=(*message.pictures(), *message.files()),
    )
    return _linked(draft, message)


def forward_whole(raw: bytes, part: Part) -> Draft:
    """Pass the message on as a file of its own, with nothing quoted; the caller attaches it."""
    message = _Message(raw, part)
    return _linked(Draft(subject=_prefixed("Fwd: ", _FORWARD_BEGINS, message.subject)), message)


class _Message:
    """The message that is answered, read as far as needed."""

    def __init__(self, raw: bytes, part: Part) -> None:
        self.raw = raw
        self.part = part
        self.fields = header.fields(raw[part.start : min(part.body, part.start + header.MAX_HEADER_BYTES)])
        self.parts: DisplayParts = content.display_parts(raw, part)
        self.subject = header.decode(self.value("subject"))

    def value(self, name: str) -> bytes:
        return header.first(self.fields, name) or b""

    def people(self, *names: str) -> tuple[Address, ...]:
        """Those who have an address, of all fields of these names."""
        found = (person for name in names for person in address.parse(self.value(name)))
        return tuple(person for person in found if person.domain)

    def attachment(self, section: str, *, inline: bool) -> Attachment:
        part = self.part.find(section) or self.part
        data = content.decoded(self.raw, part)
        name = part.filename or (part.description if part.content_type == "message/rfc822" else "")
        return Attachment(name, part.content_type, data, part.content_id if inline else "", inline)

    def cid(self, content_id: str) -> str | None:
        """The address of a picture as the draft's own parts will have it."""
        part = self.part.find(self.parts.inline.get(content_id, "-"))
        return f"cid:{part.content_id}" if part else None

    def pictures(self) -> tuple[Attachment, ...]:
        """The pictures that the quoted HTML shows."""
        shown = [section for section in self.parts.inline.values() if section not in self.parts.attachments]
        return tuple(self.attachment(section, inline=True) for section in shown) if self.parts.html else ()

    def files(self) -> tuple[Attachment, ...]:
        return tuple(self.attachment(section, inline=False) for section in self.parts.attachments)


def _quoted(text: str) -> str:
    return "\n".join(f">{line}" if line[:1] in (">", "") else f"> {line}" for line in text.split("\n"))


def _contents(message: _Message) -> tuple[str, str]:
    """The body as safe HTML, its pictures still by cid, and as text."""
    parts, raw, root = message.parts, message.raw, message.part
    html_part = root.find(parts.html) if parts.html else None
    text_part = root.find(parts.text) if parts.text else None
    source = content.text(raw, html_part) if html_part else ""
    text = content.text(raw, text_part).strip("\n") if text_part else html_.to_text(source)
    if not html_part:
        return f'<div style="white-space:pre-wrap">{linkify(text)}</div>', text
    # The writer saw the message; its recipients load the pictures themselves.
    return html_.quotable(source, cid_url=message.cid), text


def _author(message: _Message) -> Address:
    return (address.parse(message.value("from")) or (Address("", "?", ""),))[0]


def _recipients(
    message: _Message, own: set[str], all_: bool
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """(To, Cc); nobody twice, oneself only when nobody else is there."""
    author = message.people("from")
    if any(_is_own(person, own) for person in author):
        to, cc = message.people("to"), message.people("cc") if all_ else ()
    else:
        to, cc = message.people("reply-to") or author, ()
        if all_ and message.value("mail-followup-to"):
            to = message.people("mail-followup-to")
        elif all_:
            to, cc = (*to, *message.people("to")), message.people("cc")
    seen = {_spelling(person) for person in (*to, *cc) if _is_own(person, own)}
    return _others(to, seen) or to[:1], _others(cc, seen)


def _others(people: Iterable[Address], seen: set[str]) -> tuple[Address, ...]:
    """Those not yet `seen`, who are added to it."""
    found = []
    for person in people:
        spelling = _spelling(person)
        if spelling not in seen:
            seen.add(spelling)
            found.append(person)
    return tuple(found)


def _received_at(message: _Message, own: set[str]) -> tuple[Address, ...]:
    """The own address that the message came to, to answer from it."""
    people = message.people("delivered-to", "to", "cc", "from")
    mine = [replace(person, name="") for person in people if _is_own(person, own)]
    return tuple(mine[:1])


def _is_own(person: Address, own: set[str]) -> bool:
    """Tell whether an address is one's own, with a detail or without (RFC 5233)."""
    spelling = _spelling(person)
    return spelling in own or address.without_detail(spelling) in own


def _spelling(person: Address) -> str:
    try:
        return address.normalise(person.spec)
    except address.AddressError:
        return person.spec.lower()


def _prefixed(prefix: str, begins: re.Pattern[str], subject: str) -> str:
    return subject if begins.match(subject) else prefix + subject


def _linked(draft: Draft, message: _Message) -> Draft:
    """`draft` with In-Reply-To and References (RFC 5322 §3.6.4)."""
    own_id = threading.message_id(message.fields)
    ids = [each for each in threading.reference_ids(message.fields) if each != own_id]
    return replace(draft, in_reply_to=own_id, references=bounded([*ids, own_id] if own_id else ids))


def bounded(ids: Sequence[str]) -> tuple[str, ...]:
    """References that don't grow without end: the root of the conversation, and the latest."""
    return tuple(ids) if len(ids) <= _MAX_REFERENCES else (ids[0], *ids[1 - _MAX_REFERENCES :])
