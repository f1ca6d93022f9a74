"""What a message is judged by when it is compared with spam: words, sender, hosts of links, a few signs.

A clue is a letter for its kind, a colon, and the word: w body, s subject, f sender's address, d sender's
domain, n sender's name, u host of a link, h sign of the header. What a message has is the same each time it
is read, so what was learnt of it can be taken back.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from typing import Final

from mailserver.message import address, content, file_text, header, markup, structure
from mailserver.message.part import Part

from . import terms

LEAST_SPAM: Final = 20
LEAST_HAM: Final = 60
"""Messages to learn, before anything is decided: with less that is wanted, much of it looks like spam."""

MAX_CLUES: Final = 500
MAX_WORD: Final = 40
_MOST_CHARACTERS = 30_000
_MOST_HOSTS = 30
_SHORTEST, _LONGEST = 3, 24
_HOST = re.compile(r"https?://(?:[^\s/@\"'<>]{0,100}@)?([a-z0-9.-]{3,100})", re.IGNORECASE)
_NAME = re.compile(r"[^a-z]+")


def of_message(raw: bytes, part: Part) -> list[str]:
    """List the clues of a message, each once, as many as MAX_CLUES; offsets of `part` count in `raw`."""
    fields = header.by_name(header.fields(raw[part.start : part.body]))
    found = (*_of_head(fields, part), *_of_texts(raw, part))
    return list(islice(dict.fromkeys(clue[: MAX_WORD + 2] for clue in found), MAX_CLUES))


def key(clue: str) -> int:
    """Give the number that a clue is kept under: 64 bits with a sign."""
    return int.from_bytes(blake2b(clue.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def _of_head(fields: Mapping[str, bytes], part: Part) -> Iterator[str]:
    hint = structure.charset_hint(part)
    subject = header.decode(fields.get("subject", b""), hint)
    yield from (f"s:{word}" for word in _words(subject[:1000]))
    for person in _people(fields, "from", hint):
        yield f"f:{person.spec.lower()}"
        yield f"d:{_domain(person)}"
        yield from (f"n:{word}" for word in _words(person.name[:200]))
    yield from (f"h:{sign}" for sign in _signs(fields, part, subject, hint))


def _signs(fields: Mapping[str, bytes], part: Part, subject: str, hint: str) -> Iterator[str]:
    """Name what is remarkable of a header; views.clue_words has the words."""
    yield from (f"no-{name}" for name in ("to", "date", "message-id", "subject") if not fields.get(name))
    if fields.keys() & {"list-id", "list-unsubscribe"}:
        yield "list"
    if fields.keys() & {"in-reply-to", "references"}:
        yield "answer"
    if len(subject) > 5 and subject.isupper():
        yield "shouts"
    replies = {_domain(person) for person in _people(fields, "reply-to", hint)}
    if replies and replies.isdisjoint(_domain(person) for person in _people(fields, "from", hint)):
        yield "reply-elsewhere"
    if program := _NAME.sub(" ", header.text_of(fields.get("x-mailer", b"")).lower()).strip():
        yield f"program {program}"
    kinds = {leaf.content_type for _, leaf in part.walk() if not leaf.children}
    if "text/html" in kinds and "text/plain" not in kinds:
        yield "html-only"
    yield from (f"charset {name}" for name in sorted(_charsets(part)))


def _charsets(part: Part) -> set[str]:
    leaves = (leaf for _, leaf in part.walk() if leaf.content_type.startswith("text/"))
    return {leaf.parameters.get("charset", "").lower() for leaf in islice(leaves, 10)} - {""}


def _people(fields: Mapping[str, bytes], name: str, hint: str) -> list[address.Address]:
    entries = structure.address_entries(fields, hint).get(name, ())
    return [address.decoded(entry) for entry in entries[:3] if not entry.group]


def _domain(person: address.Address) -> str:
    return person.spec.rpartition("@")[2].lower()


def _of_texts(raw: bytes, part: Part) -> Iterator[str]:
    """Hosts first, so that many words don't leave them out."""
    texts = list(_texts(raw, part))
    hosts = dict.fromkeys(host.lower().strip(".") for text, _ in texts for host in _HOST.findall(text))
    yield from (f"u:{host}" for host in islice(hosts, _MOST_HOSTS))
    for text, is_html in texts:
        yield from (f"w:{word}" for word in _words(markup.words(text) if is_html else text))


def _texts(raw: bytes, part: Part) -> Iterator[tuple[str, bool]]:
    """Yield what is read here, its beginning, and whether it is HTML."""
    left = _MOST_CHARACTERS
    for _, leaf in part.walk():
        if left > 0 and leaf.content_type in ("text/plain", "text/html") and not content.is_attached(leaf):
            text = file_text.bounded(raw, leaf)[:left]
            left -= len(text)
            yield text, leaf.content_type == "text/html"


def _words(text: str) -> Iterable[str]:
    """Words of a usual length, and pairs of signs of a script without spaces, as search knows them."""
    for word in terms.query_terms(text):
        if _SHORTEST <= len(word) <= _LONGEST or not word.isascii():
            yield word
