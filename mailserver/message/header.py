"""Header fields: found, unfolded, decoded (RFC 5322, RFC 2047, RFC 6532), with what people send instead."""

import binascii
import re
from itertools import islice

from . import charset

MAX_FIELDS = 2000
MAX_FIELD_BYTES = 100 * 1024
MAX_HEADER_BYTES = 1024 * 1024

type Fields = list[tuple[str, bytes]]

# Lines go on with a space or, badly folded, with the next parameter. A name may stand apart from its colon.
_FIELD = re.compile(
    rb"(?:\A(?:\xef\xbb\xbf)?+[ \t]*+|^)([!-9;-~]++)[ \t]*+(?:\r?\n[ \t]++(?=:))?+:[ \t]*+"
    rb"([^\n]*(?:\n(?:[ \t]|(?:(?<=;\n)|(?<=;\r\n)|(?<=; \n)|(?<=; \r\n))(?=[A-Za-z*0-9-]{1,40}=))[^\n]*)*+)",
    re.MULTILINE,
)
_KNOWN = re.compile(
    rb"(?:from|to|subject|date|received|return-path|message-id|mime-version|delivered-to|content-type|"
    rb"dkim-signature|reply-to|x-[a-z0-9-]{1,60})[ \t]*:",
    re.IGNORECASE,
)
_INDENT = 40
_LISTS = frozenset(["to", "cc", "bcc"])
_FOLD = re.compile(rb"\r?\n")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*+(?:\?(?!=)[^?]*+)*+)\?=")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
# Controls, line and paragraph separators, and the marks that reorder text to disguise it.
_CONTROLS = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def fields(raw_header: bytes) -> Fields:
    """(lower-case name, unfolded value) in order; lines that are no field (mbox "From ") are passed over."""
    found = _FIELD.finditer(raw_header[:MAX_HEADER_BYTES])
    return [(match[1].decode("ascii").lower(), _unfold(match[2])) for match in islice(found, MAX_FIELDS)]


def fields_end(raw_header: bytes) -> int:
    """Where the line of the last field ends; what follows is none. Past the limits all counts as fields."""
    count, end = 0, 0
    for match in islice(_FIELD.finditer(raw_header[:MAX_HEADER_BYTES]), MAX_FIELDS):
        count, end = count + 1, match.end()
    end += raw_header.startswith(b"\n", end)
    return len(raw_header) if count == MAX_FIELDS else end


def content_fields(raw_header: bytes) -> dict[str, bytes]:
    """The first of each field of MIME, by its lower-case name: found without a look at the others."""
    source = raw_header[:MAX_HEADER_BYTES]
    lowered = source.lower()
    found: dict[str, bytes] = {}
    position = 0 if lowered[:_INDENT].lstrip(b"\xef\xbb\xbf \t").startswith(b"content-") else -1
    for _ in range(MAX_FIELDS):
        match = _FIELD.match(source, position) if position >= 0 else None
        if match:
            found.setdefault(match[1].decode("ascii").lower(), _unfold(match[2]))
        position = lowered.find(b"\ncontent-", max(position, 0)) + 1 or len(source)
        if position == len(source):
            break
    return found


def ends_in_field(raw_header: bytes) -> bool:
    """Whether the last line that is not blank belongs to a field, by its looks."""
    line = raw_header.rfind(b"\n", 0, len(raw_header.rstrip())) + 1
    while line and raw_header[line] in b" \t":
        line = raw_header.rfind(b"\n", 0, line - 1) + 1
    return _FIELD.match(raw_header, line) is not None or not raw_header.strip()


def looks_like_header(raw: bytes, position: int) -> bool:
    """Whether a field of a well-known name begins at `position`."""
    return _KNOWN.match(raw, position) is not None


def _unfold(value: bytes) -> bytes:
    value = value[:MAX_FIELD_BYTES]
    return (_FOLD.sub(b"", value) if b"\n" in value else value).strip()


def first(fields: Fields, name: str) -> bytes | None:
    """The value of the first field of that name (lower case), or None."""
    for field_name, value in fields:
        if field_name == name:
            return value
    return None


def by_name(fields: Fields) -> dict[str, bytes]:
    """The first field of each name; recipients that come in several fields are one list (RFC 5322 §4.5.3)."""
    values: dict[str, bytes] = {}
    for name, value in fields:
        if name in _LISTS and values.get(name):
            values[name] += b", " + value
        else:
            values.setdefault(name, value)
    return values


def text_of(value: bytes, hint: str = "") -> str:
    """Raw bytes as text, encoded words untouched: UTF-8 (RFC 6532), the body's charset, the likeliest."""
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    return charset.decode_header(value, hint)


def decode(value: bytes, hint: str = "") -> str:
    """What a reader should see of an unstructured field, without any control character."""
    return decode_words(text_of(value, hint))


def decode_words(text: str) -> str:
    """Read the encoded words of `text` (RFC 2047), also next to letters, inside quotes or split badly."""
    if "=?" in text:
        text = _decode_words(text)
    return text if text.isascii() and text.isprintable() else strip_controls(text)


def strip_controls(text: str) -> str:
    """Tabs become spaces; other controls, bidi overrides and lone surrogates go."""
    return _CONTROLS.sub("", text.replace("\t", " "))


def _decode_words(text: str) -> str:
    """Neighbours in one charset are joined before decoding: mailers split a character between two words."""
    pieces: list[str] = []
    pending, pending_charset, position = b"", "", 0
    for word in _WORD.finditer(text):
        between = text[position : word.start()]
        label = word[1].partition("*")[0].lower()
        if pending and (between.strip() or label != pending_charset):
            pieces.append(charset.decode(pending, pending_charset))
            pending = b""
        if between.strip() or not position:
            pieces.append(between)
        pending += _word_bytes(word[2], word[3])
        pending_charset, position = label, word.end()
    if pending:
        pieces.append(charset.decode(pending, pending_charset))
    return "".join(pieces) + text[position:]


def _word_bytes(encoding: str, payload: str) -> bytes:
    if encoding in "bB":
        digits = _NOT_BASE64.sub("", payload)
        digits = digits[: len(digits) - 1] if len(digits) % 4 == 1 else digits
        return binascii.a2b_base64(digits + "=" * (-len(digits) % 4))
    raw = payload.replace("_", " ").encode("utf-8", "replace")
    return _Q_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), raw)
