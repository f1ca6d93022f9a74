"""Names that come with files: what is saved, and what pretends."""

import pytest

from mailserver.message import filename


@pytest.mark.parametrize(
    ("sent", "saved"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\bob\\plan.doc", "plan.doc"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("day\u200b\u2066.ics", "day.ics"),
        ('what? "this" <now>|*.txt', "what_ _this_ _now___.txt"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("LPT1.tar.gz", "_LPT1.tar.gz"),
        ("console.txt", "console.txt"),
        (" . hidden . ", "hidden"),
        ("...", ""),
        ("很长的名字 👩\u200d🍳.docx", "很长的名字 👩\u200d🍳.docx"),
    ],
)
def test_a_name_is_made_safe_to_save(sent: str, saved: str) -> None:
    assert filename.safe(sent) == saved


def test_an_over_long_name_keeps_its_ending_and_whole_characters() -> None:
    name = filename.safe("汉" * 300 + ".docx")
    assert name.endswith("汉.docx")
    assert len(name.encode()) <= filename.MAX_BYTES


@pytest.mark.parametrize(
    ("name", "pretended"),
    [
        ("invoice.pdf.exe", "pdf"),
        ("photo.jpg          .scr", "jpg"),
        ("Scan_0001.PDF.JS", "pdf"),
        ("setup.exe", ""),
        ("archive.tar.gz", ""),
        ("v1.2.exe", ""),
        ("invoice.exe.pdf", ""),
    ],
)
def test_a_program_under_two_endings_is_found_out(name: str, pretended: str) -> None:
    assert filename.pretended_ending(filename.safe(name)) == pretended


def test_doubles_are_numbered_as_systems_compare_them() -> None:
    taken: dict[str, int] = {}
    names = [filename.unique(name, taken) for name in ("a.txt", "A.TXT", "a (2).txt", "a.txt", "b", "b")]
    assert names == ["a.txt", "A (2).TXT", "a (2) (2).txt", "a (3).txt", "b", "b (2)"]
    assert len({name.casefold() for name in names}) == len(names)
