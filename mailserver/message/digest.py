"""Everything the store keeps of a message, computed once from its bytes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from . import address, content, file_text, header, markup, parser, structure, summary, threading
from .part import Part
from .structure import Envelope

MAX_SEARCH_TEXT = 100_000
MAX_FILE_TEXT = 100_000
"""Characters of a message, and of all its files beside, that are searched."""

_DELIVERED = frozenset({"delivered-to", "x-delivered-to", "x-original-to", "envelope-to"})
_MAX_FIELDS = 2_000
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")


@dataclass(frozen=True, slots=True)
class Digest:
    """What lists, threads and search need. Ids are without angle brackets; offsets count from the raw bytes.

    `base_subject` is casefolded: a key, not a text. `search_text`: subject, addresses, body, file names, and
    the words in files.
    `search_fields`: (name, text) of from to cc bcc subject filename list deliveredto, one for each value.
    """

    part: Part
    envelope: Envelope
    message_id: str
    reference_ids: tuple[str, ...]
    base_subject: str
    subject: str
    from_name: str
    from_address: str
    to_text: str
    sent_at: datetime | None
    preview: str
    has_attachment: bool
    search_text: str
    search_fields: tuple[tuple[str, str], ...] = ()


def digest(raw: bytes) -> Digest:
    """Read a message whole, in one pass over its header and one over its texts; never raises."""
    part, fields = parser.parse_with_fields(raw)
    values, hint = header.by_name(fields), structure.charset_hint(part)
    entries = structure.address_entries(values, hint)
    people = {name: _people(found) for name, found in entries.items()}
    subject = header.decode(values.get("subject", b""), hint)
    author = (people.get("from") or people.get("sender") or (address.Address("", "", ""),))[0]
    leaves = [leaf for _, leaf in part.walk() if not leaf.children]
    texts = list(_all_texts(raw, part))
    files = [leaf for leaf in leaves if content.is_attached(leaf)]
    named = [("subject", subject), *_named_people(people), *_named_files(files)]
    return Digest(
        part=part,
        envelope=structure.envelope_of(values, entries, hint),
        message_id=threading.message_id(fields),
        reference_ids=threading.reference_ids(fields),
        base_subject=threading.base_subject(subject),
        subject=subject,
        from_name=author.name[:1000],
        from_address=author.spec[:1000],
        to_text=summary.names((people.get("to") or people.get("cc") or people.get("bcc") or ())[:100]),
        sent_at=summary.date(header.text_of(values.get("date", b""))),
        preview=summary.preview(texts[0] if texts else ""),
        has_attachment=part.content_type != "multipart/report" and any(map(_is_file, files)),
        search_text=_search_text([text for _, text in named], texts, _file_texts(raw, files)),
        search_fields=tuple((*named, *_routes(fields))[:_MAX_FIELDS]),
    )


def _people(entries: Iterable[address.Entry]) -> tuple[address.Address, ...]:
    return tuple(address.decoded(entry) for entry in entries if not entry.group)


def _is_file(part: Part) -> bool:
    """A file to speak of: no signature, and no picture that the HTML shows."""
    if part.content_type in _SIGNATURES:
        return False
    return not (
        part.content_id and part.disposition != "attachment" and part.content_type.startswith("image/")
    )


def _all_texts(raw: bytes, part: Part) -> Iterator[str]:
    """The texts of a message, then of each one enclosed in it, beneath its subject and its sender."""
    leaves, enclosed = _contents(part)
    yield from _texts(raw, leaves)
    for inner in enclosed:
        yield from _letter(raw, inner)


def _letter(raw: bytes, part: Part) -> Iterator[str]:
    fields = header.fields(raw[part.start : part.body])
    yield "\n".join(header.decode(header.first(fields, name) or b"") for name in ("subject", "from"))
    yield from _all_texts(raw, part)


def _contents(part: Part) -> tuple[list[Part], list[Part]]:
    """The leaves of a message, and the messages enclosed in it."""
    leaves: list[Part] = []
    enclosed: list[Part] = []
    for child in part.children if part.is_multipart else (part,):
        if child.is_multipart:
            found = _contents(child)
            leaves += found[0]
            enclosed += found[1]
        elif child.children:
            enclosed.append(child.children[0])
        else:
            leaves.append(child)
    return leaves, enclosed


def _texts(raw: bytes, leaves: Iterable[Part]) -> list[str]:
    """The texts to read, HTML as its words; of the HTML beside a plain text nothing is needed."""
    plain = [leaf for leaf in leaves if leaf.content_type == "text/plain" and not content.is_attached(leaf)]
    found = [file_text.bounded(raw, leaf) for leaf in plain]
    if any(text.strip() for text in found):
        return [text for text in found if text.strip()]
    html = [leaf for leaf in leaves if leaf.content_type == "text/html" and not content.is_attached(leaf)]
    if html:
        return [markup.words(file_text.bounded(raw, leaf)) for leaf in html]
    return [file_text.bounded(raw, leaf) for leaf in leaves if content.is_reading(leaf)][:1]


def _file_texts(raw: bytes, files: Iterable[Part]) -> str:
    """The words of attached files, of the first ones when they have very many."""
    pieces: list[str] = []
    left = MAX_FILE_TEXT
    for leaf in files:
        if left > 0 and (words := _file_text(raw, leaf)):
            pieces.append(words[:left])
            left -= len(words)
    return "\n".join(pieces)


def _named_people(people: Mapping[str, tuple[address.Address, ...]]) -> Iterator[tuple[str, str]]:
    for name, persons in people.items():
        field = "from" if name == "sender" else name
        yield from ((field, str(person)) for person in persons)


def _named_files(files: Iterable[Part]) -> Iterator[tuple[str, str]]:
    return (("filename", leaf.filename) for leaf in files if leaf.filename)


def _routes(fields: header.Fields) -> Iterator[tuple[str, str]]:
    """Which list it came through (RFC 2919), and to which of the reader's addresses."""
    for name, value in fields:
        if name == "list-id":
            yield "list", header.decode(value)
        elif name in _DELIVERED:
            yield "deliveredto", header.text_of(value)


def _file_text(raw: bytes, leaf: Part) -> str:
    """The words of a file; of a message that was attached as one, its texts."""
    if not file_text.is_message(leaf):
        return file_text.words(raw, leaf)
    inner = content.decoded(raw, leaf)
    return "\n".join(_letter(inner, parser.parse(inner)))


def _search_text(named: Iterable[str], texts: Iterable[str], files: str) -> str:
    pieces = [*named, *(text[:MAX_SEARCH_TEXT] for text in texts)]
    return "\n".join(pieces)[:MAX_SEARCH_TEXT] + (f"\n{files}" if files else "")
