"""The words in files: what a search finds of them; hostile archives give nothing, and quickly."""

import base64
import io
import struct
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver.message import office
from mailserver.message.digest import MAX_FILE_TEXT, digest

DOCX = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x "entity">]><w:document><w:body><w:p><w:r><w:t>Pan</w:t>'
    "</w:r><w:r><w:t>cakes &amp; milk</w:t></w:r></w:p><w:p><w:r><w:instrText>HYPERLINK</w:instrText>"
    "<w:t>今天下午</w:t>"
    "<w:delText xml:space='preserve'>gone</w:delText></w:r><w:tab/><w:t>&x;</w:t></w:p></w:body></w:document>"
)


def archive(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, text in members.items():
            made.writestr(name, text)
    return file.getvalue()


def mail(content_type: str, data: bytes, name: str = "") -> bytes:
    disposition = f'attachment; filename="{name}"' if name else "attachment"
    head = (
        "From: Bob <bob@x.test>\r\nSubject: Files\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\n"
        f"Content-Type: {content_type}\r\nContent-Disposition: {disposition}\r\n"
    )
    body = base64.encodebytes(data).decode().replace("\n", "\r\n")
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n{body}--b--\r\n".encode()


@pytest.mark.parametrize(
    ("content_type", "name", "data", "words"),
    [
        ("text/plain; charset=utf-8", "notes.txt", "Grüße".encode(), "Grüße"),
        ("text/csv", "", b"name,amount\r\nharbour,12", "name,amount\nharbour,12"),
        ("text/html", "page.html", b"<script>no</script><p>lan<b>tern</b>", "lantern"),
        ("application/octet-stream", "READ.MD", b"# umbrella", "# umbrella"),
        ("application/json", "", b'{"colour": "teal"}', '{"colour": "teal"}'),
        (
            "application/octet-stream",
            "Report.docx",
            archive({"word/document.xml": DOCX}),
            "<!DOCTYPE d []> Pancakes & milk 今天下午 &x;",
        ),
        (
            "application/x",
            "a.xlsx",
            archive({"xl/sharedStrings.xml": "<si><t>Rye</t></si><si><t>Oat</t></si>"}),
            "Rye Oat",
        ),
        ("application/x", "a.pptx", archive({"ppt/slides/slide2.xml": "<a:p><a:t>Rye</a:t></a:p>"}), "Rye"),
        (
            "application/x",
            "a.odt",
            archive({"content.xml": "<text:p>Rye<text:s/>oat</text:p>"}, 0),
            "Rye oat",
        ),
    ],
)
def test_the_words_of_a_file(content_type: str, name: str, data: bytes, words: str) -> None:
    assert digest(mail(content_type, data, name)).search_text.split("See the file.\n", 1)[1] == words


def test_a_calendar_and_a_card_give_what_people_wrote() -> None:
    event = b"BEGIN:VEVENT\r\nSUMMARY;LANGUAGE=en:Din\r\n ner\\, late\r\nDTSTAMP:2026\r\nLOCATION:Pier 3\r\n"
    found = digest(mail("text/calendar", event)).search_text
    assert "Dinner, late" in found
    assert "Pier 3" in found
    assert "VEVENT" not in found
    assert "DTSTAMP" not in found
    assert "Jo Doe" in digest(mail("text/x-vcard", b"BEGIN:VCARD\nitem1.FN:Jo Doe\nEND:VCARD")).search_text


@pytest.mark.parametrize("content_type", ["message/rfc822", "application/octet-stream"])
def test_a_message_that_is_attached_gives_its_words(content_type: str) -> None:
    inner = b"From: Eve <eve@y.test>\r\nSubject: Inside\r\nContent-Type: text/html\r\n\r\n<p>deep</p>"
    found = digest(mail(content_type, inner, "note.eml"))
    for word in ("Inside", "eve@y.test", "deep"):
        assert word in found.search_text
    assert [text for name, text in found.search_fields if name in ("from", "subject")] == [
        "Files",
        "Bob <bob@x.test>",
    ]
    assert found.preview == "See the file."


def test_enclosed_html_is_found_beside_a_plain_letter() -> None:
    raw = (
        b"Subject: Fwd\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\n\r\nplain\r\n--b\r\n"
        b"Content-Type: message/rfc822\r\n\r\nSubject: Inside\r\nContent-Type: text/html\r\n\r\n"
        b"<p>deep</p>\r\n--b--\r\n"
    )
    found = digest(raw)
    assert "Inside" in found.search_text
    assert "deep" in found.search_text
    assert found.preview == "plain"


def test_the_words_of_files_are_bounded_and_leave_the_letter_its_own() -> None:
    found = digest(mail("text/plain", b"word " * 100_000))
    assert found.search_text.count("word") == MAX_FILE_TEXT // 5
    assert "See the file." in found.search_text


HOSTILE = {
    "bomb": archive({"word/document.xml": b"<w:t>" + b"a" * (200 << 20)}),
    "bombs": archive({f"ppt/slides/slide{n}.xml": b" a" * (1 << 20) for n in range(50)}),
    "brackets": archive({"content.xml": b"<" * (2 << 20)}),
    "tags": archive({"content.xml": b"<w:instrText >" * 100_000}),
    "references": archive({"content.xml": b"&#" + b"9" * (1 << 20)}),
    "members": archive({f"{n}": b"" for n in range(3_000)}),
    "lzma": archive({"content.xml": b"a"}, zipfile.ZIP_LZMA),
    "comment": archive({"content.xml": b"a"}) + b"x",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_is_read_to_a_limit(kind: str) -> None:
    assert len(office.words(HOSTILE[kind])) <= 2 << 20


def test_an_archive_that_claims_much_gives_what_is_there() -> None:
    good = archive({"content.xml": "<p>rye</p>"})
    end = len(good) - 22
    for field, value in ((10, 65_000), (12, 1 << 31), (16, 1 << 31)):
        wrong = bytearray(good)
        struct.pack_into("<H" if field == 10 else "<L", wrong, end + field, value)
        assert office.words(bytes(wrong)) in ("", "rye")


@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    good = bytearray(archive({"word/document.xml": DOCX, "x/y": "z"}))
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(office.words(bytes(good)), str)
