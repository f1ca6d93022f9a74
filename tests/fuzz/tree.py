"""What must hold of a part tree, whatever the bytes were."""

from collections.abc import Iterator

from mailserver.message import body_structure, content, digest, markup, parser, structure
from mailserver.message import part as part_
from mailserver.message.part import Part

from .texts import check_line, check_storable

LIMITS = parser.DEFAULT_LIMITS


def check_tree(raw: bytes, root: Part) -> None:
    """Offsets lie within, in order, and nothing of the message is outside; the JSON form is the same tree."""
    assert (root.start, root.end) == (0, len(raw))
    parts = [part for _, part in root.walk()]
    assert len(parts) <= LIMITS.parts + 1
    for part in parts:
        assert part.start <= part.body <= part.end
        position = part.body
        for child in part.children:
            assert position <= child.start
            assert child.end <= part.end
            position = child.end
        assert not (part.opaque and part.children)
        check_storable(part.filename)
        assert not {"/", "\\", "\0", "\n"} & set(part.filename)
        check_line(part.content_id + part.description)
    sections = [section for section, _ in root.walk()]
    assert len(set(sections)) == len(sections)
    assert part_.loads(part_.dumps(root)) == root


def check_leaves(raw: bytes, root: Part) -> None:
    """Every leaf is read, as bytes and, where it is one, as text."""
    for _, leaf in root.walk():
        if leaf.children:
            continue
        data = content.decoded(raw, leaf)
        if leaf.encoding in ("7bit", "8bit", "binary"):
            assert data == raw[leaf.body : leaf.end]
        if leaf.content_type.startswith("text/"):
            text = content.text(raw, leaf)
            check_storable(text)
            assert "\r" not in text


def check_display(raw: bytes, root: Part) -> None:
    """What is shown stands in the tree, each leaf in one role only."""
    shown = content.display_parts(raw, root)
    sections = {section for section, _ in root.walk()}
    # A mail that is nothing but a named text is read, and can be saved.
    texts = [section for section in (shown.text, shown.html) if section and section not in shown.attachments]
    roles = [*texts, *shown.attachments, *shown.more]
    assert len(set(roles)) == len(roles)
    assert {*roles, *shown.inline.values()} <= sections
    assert all(markup.content_id(cid) == cid for cid in shown.inline if "%" not in cid)


def check_digest(raw: bytes) -> None:
    """The list line is one line, bounded, and free of what would disguise it."""
    found = digest.digest(raw)
    for line in (found.subject, found.from_name, found.from_address, found.to_text, found.preview):
        check_line(line)
    for text in (found.message_id, *found.reference_ids, found.base_subject, found.search_text):
        check_storable(text)
    assert len(found.preview) <= 200
    assert len(found.search_text) <= digest.MAX_SEARCH_TEXT
    assert found.sent_at is None or found.sent_at.tzinfo is not None
    assert structure.loads(structure.dumps(found.envelope)) == found.envelope


def check_body_structure(raw: bytes, root: Part) -> None:
    """BODYSTRUCTURE has the shape of the tree, and only what IMAP can write: ASCII strings and numbers."""

    def envelope(part: Part) -> structure.Envelope:
        return structure.envelope(raw, part)

    for extended in (False, True):
        _compare(root, body_structure.body_structure(root, extended, envelope))


def _compare(part: Part, value: tuple) -> None:
    if part.is_multipart:
        children, subtype = value[0], value[1]
        assert f"multipart/{subtype}" == part.content_type
        assert len(children) == len(part.children)
        for child, inside in zip(part.children, children, strict=True):
            _compare(child, inside)
        return
    assert value[6] == part.end - part.body
    assert all(isinstance(text, str) for text in (*value[:2], value[5]))
    for text in _strings(value):
        assert text.isascii(), text
        assert not {"\r", "\n", "\0"} & set(text)
    if part.children:
        _compare(part.children[0], value[8])
        assert value[9] == part.lines


def _strings(value: tuple) -> Iterator[str]:
    for each in value:
        if isinstance(each, str):
            yield each
        elif isinstance(each, tuple):
            yield from _strings(each)
