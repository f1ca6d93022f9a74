"""Every message of the corpus is read as its author said."""

import pytest

from mailserver.message import address, content, header, markup, quote, structure, text_to_html
from mailserver.message.digest import Digest, digest
from mailserver.message.part import Part, dumps, loads

from . import generate
from .case import Case

CASES = list(generate.stored())


def test_there_are_enough_and_each_has_its_own_name() -> None:
    assert len(CASES) >= 400
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({case.raw for case in CASES}) == len(CASES)


@pytest.mark.parametrize("family", generate.FAMILIES)
def test_the_messages_kept_are_those_of_the_generator(family: str) -> None:
    assert (generate.MESSAGES / f"{family}.jsonl").read_text("ascii") == generate.lines(family)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_message_is_read_as_its_author_said(case: Case) -> None:
    found = digest(case.raw)
    _check_tree(found.part, 0, len(case.raw))
    assert loads(dumps(found.part)) == found.part
    expected = {
        "subject": case.subject,
        "from": case.from_,
        "to": case.to,
        "text": case.text,
        "files": case.files,
        "structure": case.structure,
        "own": case.own,
        "links": case.links,
    }
    read = _reading(case.raw, found)
    assert {key: read[key] for key, value in expected.items() if value is not None} == {
        key: value for key, value in expected.items() if value is not None
    }


def _reading(raw: bytes, found: Digest) -> dict[str, object]:
    shown = content.display_parts(raw, found.part)
    parts = dict(found.part.walk())
    text = _text(raw, shown, parts)
    files = dict.fromkeys([*shown.attachments, *shown.inline.values()])
    return {
        "subject": found.subject,
        "from": _people(raw, found, "from"),
        "to": _people(raw, found, "to"),
        "text": text,
        "files": [[parts[section].filename, len(content.decoded(raw, parts[section]))] for section in files],
        "structure": _tree(found.part),
        "own": quote.visible(text).strip("\n"),
        "links": [
            markup.attributes(token)["href"]
            for token in markup.tokens(text_to_html.linkify(text))
            if token.name == "a" and not token.closing
        ],
    }


def _text(raw: bytes, shown: content.DisplayParts, parts: dict[str, Part]) -> str:
    main = parts[shown.text] if shown.text is not None else None
    body = content.text(raw, main).strip("\n") if main else ""
    if not body.strip() and shown.html is not None:
        body = markup.words(content.text(raw, parts[shown.html]))
    more = (content.text(raw, parts[section]).strip("\n") for section in shown.more)
    return "\n".join(piece for piece in (body, *more) if piece)


def _people(raw: bytes, found: Digest, name: str) -> list[list[str]]:
    values = header.by_name(header.fields(raw[: found.part.body]))
    entries = structure.address_entries(values, structure.charset_hint(found.part)).get(name, ())
    return [
        [person.name, person.spec]
        for person in (address.decoded(entry) for entry in entries if not entry.group)
    ]


def _tree(part: Part) -> str:
    inner = ",".join(map(_tree, part.children))
    return f"{part.content_type}({inner})" if inner else part.content_type


def _check_tree(part: Part, start: int, end: int) -> None:
    """Children lie inside their parent, one after another."""
    assert start <= part.start <= part.body <= part.end <= end
    position = part.body
    for child in part.children:
        _check_tree(child, position, part.end)
        position = child.end
