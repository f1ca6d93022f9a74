"""The words in attached files, for search: of texts, tables, calendars, contacts and office documents."""

import re

from . import charset, content, markup, office, transfer
from .part import Part

MAX_FILE_BYTES = 8 << 20
_MAX_TEXT_BYTES = 400_000

_TEXTS = frozenset(
    {"txt", "text", "md", "csv", "tsv", "log", "json", "yaml", "yml", "ini", "tex", "srt", "diff", "patch"}
)
_MARKUP = frozenset({"htm", "html", "xhtml", "xml"})
_CARDS = frozenset({"ics", "vcf"})
_DOCUMENTS = frozenset({"docx", "docm", "dotx", "xlsx", "xlsm", "pptx", "pptm", "odt", "ods", "odp", "ott"})
_TYPES = {
    "text/html": "html",
    "text/xml": "xml",
    "application/xml": "xml",
    "application/xhtml+xml": "xml",
    "application/json": "json",
    "text/calendar": "ics",
    "text/x-vcalendar": "ics",
    "application/ics": "ics",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/directory": "vcf",
}
# What a person wrote in a calendar or a card (RFC 5545 §3.8, RFC 6350 §6); the rest is for machines.
_VALUES = re.compile(
    r"^(?:[\w-]{1,40}\.)?(?:SUMMARY|DESCRIPTION|LOCATION|COMMENT|CATEGORIES|CONTACT|ORGANIZER|ATTENDEE|FN|NICKNAME"
    r"|ORG|TITLE|ROLE|EMAIL|TEL|ADR|NOTE|URL)((?:;[^:\n]*)?:[^\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_FOLD = re.compile(r"\n[ \t]")
_ESCAPE = re.compile(r"\\([nN,;\\])")


def is_message(part: Part) -> bool:
    """Whether a leaf is a whole message that still has to be parsed.

    One that stands in a transfer encoding, which it may not (RFC 2046 §5.2.1), was left closed by the parser.
    """
    named = part.content_type == "message/rfc822" or part.filename.lower().endswith(".eml")
    return named and part.end - part.body <= MAX_FILE_BYTES


def words(raw: bytes, part: Part) -> str:
    """The text of an attached leaf; "" where none can be read. Of a huge text its beginning; never raises."""
    kind = _kind(part)
    if not kind or part.opaque or part.end - part.body > MAX_FILE_BYTES:
        return ""
    if kind in _DOCUMENTS:
        return office.words(content.decoded(raw, part))
    text = bounded(raw, part)
    if kind in _MARKUP:
        return markup.words(text)
    return _card(text) if kind in _CARDS else text


def bounded(raw: bytes, part: Part) -> str:
    """The text of a part; of a huge one its beginning."""
    if part.end - part.body <= _MAX_TEXT_BYTES:
        return content.text(raw, part)
    head = transfer.decode(raw[part.body : part.body + _MAX_TEXT_BYTES // 4 * 4], part.encoding)
    return charset.decode(head, part.parameters.get("charset", "")).replace("\0", "")


def _kind(part: Part) -> str:
    """Say what a file is by its name's end, or by its type."""
    suffix = part.filename.rpartition(".")[2].lower()
    if suffix in _TEXTS | _MARKUP | _CARDS | _DOCUMENTS:
        return suffix
    if part.content_type in _TYPES:
        return _TYPES[part.content_type]
    return "txt" if part.content_type.startswith("text/") else ""


def _card(text: str) -> str:
    lines = (_ESCAPE.sub(_unescaped, value) for value in _VALUES.findall(_FOLD.sub("", text)))
    return "\n".join(lines)


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]
