"""What must hold of files inside messages: names, types, packages, cards, and how texts are read."""

from mailserver.authenticity import results
from mailserver.message import content, filename, protection, reading, sniff, tnef, vcard
from mailserver.message.part import Part

from .texts import check_line, check_storable

_LABELS = ("", "gb2312", "iso-8859-1", "utf-8", "x-unheard")


def check_file(data: bytes) -> None:
    """Any bytes as a file."""
    found = sniff.media_type(data)
    assert found == "" or "/" in found
    check_name(data.decode("utf-8", "surrogateescape"))
    _check_package(data)
    _check_package(b"\x78\x9f\x3e\x22\0\0" + data)
    for card in vcard.read(b"BEGIN:VCARD\nFN:x\n" + data + b"\nEND:VCARD\n"):
        for text in (card.name, card.organisation, card.title, card.birthday, *card.note.split("\n")):
            check_line(text)
    results.read(data)
    for label in _LABELS:
        check_reading(data, label)


def check_name(name: str) -> None:
    """A name made safe is a base name, short, without marks, and stays as it is."""
    safe = filename.safe(name)
    check_line(safe)
    assert filename.safe(safe) == safe
    assert len(safe.encode()) <= filename.MAX_BYTES
    assert not set(safe) & set('/\\<>:"|?*\u202e\u200b')
    assert safe not in (".", "..")
    filename.pretended_ending(safe)


def check_reading(data: bytes, label: str) -> None:
    """What the explorer says was read is what is shown."""
    part = Part(0, 0, len(data), 0, parameters={"charset": label} if label else {})
    read = reading.read(data, part)
    assert read.text == content.decoded_text(data, part)
    assert read.charset
    check_storable(reading.read_as(data, part, "gb18030").text)
    for _label, text, broken in reading.samples(data):
        assert text.count("\ufffd") == broken


def _check_package(data: bytes) -> None:
    raw, root = tnef.unpack(data)
    protection.of_tree(root)
    for child in root.children:
        assert 0 <= child.start <= child.body <= child.end <= len(raw)
        check_line(child.filename)
        content.decoded(raw, child)
    content.display_parts(raw, root)
