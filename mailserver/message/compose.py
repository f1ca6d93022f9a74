"""A draft -> the bytes of a message: CRLF, 7-bit, lines within limits (RFC 5322, RFC 2045-2049, RFC 2387)."""

import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from . import encode, flowed, parameters, wire_form
from .address import Address
from .part import Part
from .tls_wish import FIELD, TlsWish
from .to_text import to_text

DEMANDS_TLS = "X-Demands-TLS"
POINTER_TYPE = "message/external-body"
_ACCESS = "x-postillion"
_SHORT_LINE = 78
_LONG_LINE = 998
_DOCUMENT = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{}\n</body></html>\n'


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send. With `inline` and a `content_id` the HTML shows it by cid:.

    With a `kept_as` the bytes are not here but kept under that name, `size` of them: what is written is a
    pointer (RFC 2046 §5.2.3) that only a draft may hold.
    """

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    inline: bool = False
    kept_as: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """What the writer decided. Ids may have their angle brackets or not; `date` must be aware.

    `automatic`: a program wrote it, "auto-generated" or "auto-replied" (RFC 3834 §5); so no other answers.
    """

    from_: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    html: str | None = None
    text: str | None = None
    attachments: tuple[Attachment, ...] = field(default=())
    message_id: str = ""
    date: datetime | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: str = ""
    tls_wish: TlsWish = TlsWish.AS_USUAL


@dataclass(frozen=True, slots=True)
class _Entity:
    """A part that is ready: the fields that describe it, and its body without a last line end."""

    fields: bytes
    body: bytes


def compose(draft: Draft) -> bytes:
    """The message, without Bcc. Pure ASCII, but for an address whose local part is not (RFC 6532)."""
    entity = _content(draft)
    fields = (
        encode.field("Date", format_datetime(draft.date)) if draft.date else b"",
        encode.addresses("From", draft.from_),
        encode.addresses("Reply-To", draft.reply_to),
        encode.addresses("To", draft.to),
        encode.addresses("Cc", draft.cc),
        encode.field("Subject", draft.subject),
        encode.ids("Message-ID", [draft.message_id]),
        encode.ids("In-Reply-To", [draft.in_reply_to]),
        encode.ids("References", draft.references),
        encode.field("Auto-Submitted", draft.automatic) if draft.automatic else b"",
        encode.field(FIELD, "No") if draft.tls_wish is TlsWish.OPTIONAL else b"",
        b"MIME-Version: 1.0\r\n",
    )
    return b"".join(fields) + _joined(entity) + b"\r\n"


def own_fields(draft: Draft) -> bytes:
    """What only the sender's own copy says: the Bcc, and that it was to go over verified TLS only."""
    demands = encode.field(DEMANDS_TLS, "yes") if draft.tls_wish is TlsWish.REQUIRED else b""
    return encode.addresses("Bcc", draft.bcc) + demands


def _joined(entity: _Entity) -> bytes:
    return entity.fields + b"\r\n" + entity.body


def _content(draft: Draft) -> _Entity:
    """mixed(alternative(plain, related(html, pictures)), files), each level only when it holds several."""
    pictures = [
        each for each in draft.attachments if each.inline and each.content_id and draft.html is not None
    ]
    files = [each for each in draft.attachments if each not in pictures]
    body = _body(draft, pictures)
    if not files:
        return body
    return _multipart("mixed", [body, *map(_file, files)])


def _body(draft: Draft, pictures: Sequence[Attachment]) -> _Entity:
    if draft.html is None:
        return _plain(draft.text or "")
    document = draft.html if "<html" in draft.html[:1000].lower() else _DOCUMENT.format(draft.html)
    html = _text("html", document)
    if pictures:
        html = _multipart("related", [html, *map(_file, pictures)], ("type", "text/html"))
    plain = draft.text if draft.text is not None else to_text(draft.html)
    return _multipart("alternative", [_plain(plain), html])


def _multipart(subtype: str, entities: Sequence[_Entity], *given: tuple[str, str]) -> _Entity:
    bodies = [_joined(entity) for entity in entities]
    boundary = _boundary(bodies)
    delimiter = b"\r\n--" + boundary.encode()
    fields = encode.parameters("Content-Type", f"multipart/{subtype}", [*given, ("boundary", boundary)])
    body = b"".join(delimiter + b"\r\n" + each for each in bodies) + delimiter + b"--"
    return _Entity(fields, body.removeprefix(b"\r\n"))


def _boundary(bodies: Sequence[bytes]) -> str:
    """A hash of what it separates: no part can contain it, and the same draft gives the same bytes.

    "=_" occurs in no base64 and no quoted-printable (RFC 2045 §6.7).
    """
    state = hashlib.blake2b(digest_size=15)
    for body in bodies:
        state.update(body)
    return f"=_{state.hexdigest()}"


def _plain(text: str) -> _Entity:
    """Paragraphs as flowed lines: read well as they are, and joined again where the reader can."""
    return _text("plain", flowed.flow(_unix(text)), _LONG_LINE, ("format", "flowed"))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _text(subtype: str, text: str, longest: int = _SHORT_LINE, *given: tuple[str, str]) -> _Entity:
    data = _unix(text).encode("utf-8", "replace")
    charset = "us-ascii" if data.isascii() else "utf-8"
    encoding, body = _encoded_text(data, longest, is_flowed=bool(given))
    fields = encode.parameters("Content-Type", f"text/{subtype}", [("charset", charset), *given])
    return _Entity(fields + f"Content-Transfer-Encoding: {encoding}\r\n".encode(), body)


def _encoded_text(data: bytes, longest: int, *, is_flowed: bool) -> tuple[str, bytes]:
    """7bit when it passes any relay untouched; else the shorter of quoted-printable and base64.

    A relay that trims flowed lines makes them end where they do, and no more (RFC 3676 §4.1).
    """
    lines = data.split(b"\n")
    if (
        data.isascii()
        and max(map(len, lines)) <= longest
        and (is_flowed or not _is_touched(lines))
        and data.translate(None, _CONTROLS) == data
    ):
        return "7bit", data.replace(b"\n", b"\r\n")
    quoted = _quoted_printable(data)
    if len(quoted) <= len(data) * 4 / 3:
        return "quoted-printable", quoted
    return "base64", _base64(data.replace(b"\n", b"\r\n"))


_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n") + b"\x7f"


def _is_touched(lines: Sequence[bytes]) -> bool:
    """Lines that mbox writers, dot stuffing or trimming relays change."""
    return any(line.startswith((b"From ", b".")) or line.endswith((b" ", b"\t")) for line in lines)


def _quoted_printable(data: bytes) -> bytes:
    encoded = b"\n" + binascii.b2a_qp(data, istext=True)
    encoded = encoded.replace(b"\nFrom ", b"\n=46rom ").replace(b"\n.", b"\n=2E")
    return encoded[1:].replace(b"\n", b"\r\n")


def _base64(data: bytes) -> bytes:
    lines = (
        binascii.b2a_base64(data[start : start + 57], newline=False) for start in range(0, len(data), 57)
    )
    return b"\r\n".join(lines)


def kept_as(part: Part) -> str:
    """The name under which the bytes of a draft's file are kept; "" when they are in the part itself."""
    given = part.parameters
    is_pointer = part.content_type == POINTER_TYPE and given.get("access-type") == _ACCESS
    return given.get("kept-as", "") if is_pointer else ""


def _pointer(attachment: Attachment) -> _Entity:
    """A body that is elsewhere: its fields stand where the bytes would be."""
    inside = _described(attachment, _type_of(attachment)) + b"Content-Transfer-Encoding: binary\r\n"
    given = [("access-type", _ACCESS), ("kept-as", attachment.kept_as), ("size", str(attachment.size))]
    fields = encode.parameters("Content-Type", POINTER_TYPE, given)
    return _Entity(fields + _placed(attachment), inside)


def _type_of(attachment: Attachment) -> str:
    content_type = attachment.content_type.partition(";")[0].strip().lower()
    known = parameters.is_type(content_type) and not content_type.startswith("multipart/")
    return content_type if known and content_type != POINTER_TYPE else "application/octet-stream"


def _described(attachment: Attachment, content_type: str) -> bytes:
    given = [("charset", "utf-8")] if _is_utf8(attachment, content_type) else []
    return encode.parameters_of_old("Content-Type", content_type, [*given, ("name", _name(attachment))])


def _is_utf8(attachment: Attachment, content_type: str) -> bool:
    """Whether a file of text must say so, as without a charset it would be US-ASCII (RFC 2046 §4.1.2)."""
    if not content_type.startswith("text/") or attachment.data.isascii():
        return False
    try:
        attachment.data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _placed(attachment: Attachment) -> bytes:
    disposition = "inline" if attachment.inline else "attachment"
    fields = encode.parameters("Content-Disposition", disposition, [("filename", _name(attachment))])
    return fields + encode.ids("Content-ID", [attachment.content_id])


def _name(attachment: Attachment) -> str:
    return attachment.name if attachment.name.strip(". ") else "attachment"


def _file(attachment: Attachment) -> _Entity:
    if attachment.kept_as:
        return _pointer(attachment)
    content_type = _type_of(attachment)
    encoding, body = "base64", b""
    if content_type.startswith("message/"):
        # RFC 2046 §5.2.1 forbids to encode a message/rfc822 as a whole, and 8bit may not pass.
        inside = wire_form.fit(_crlf(attachment.data).replace(b"\0", b""), eight_bit=False)
        if inside.isascii():
            encoding, body = "7bit", inside
        else:
            content_type = "application/octet-stream"
    fields = _described(attachment, content_type) + _placed(attachment)
    fields += f"Content-Transfer-Encoding: {encoding}\r\n".encode()
    return _Entity(fields, body or _base64(attachment.data))


def _crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
