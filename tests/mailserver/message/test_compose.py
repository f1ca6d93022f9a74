"""Drafts become messages that any relay passes and our own parser reads back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver.message import address, compose, content, header, parser
from mailserver.message.address import Address
from mailserver.message.compose import Attachment, Draft
from mailserver.message.digest import digest

ALICE = Address("爱丽丝", "alice", "crepes.test")
BOB = Address('Bob "the burger" Müller, jr.', "bob", "hämburger.test")
LONG_NAME = "非常长的文件名" * 20 + "😀👩‍👩‍👧.pdf"
PICTURE = Attachment("图.png", "image/png", bytes(range(256)) * 3, "p1@crepes.test", inline=True)
PDF = Attachment(LONG_NAME, "application/pdf", b"%PDF" + bytes(1000))
FULL = Draft(
    from_=(ALICE,),
    to=(BOB, Address("", "carol", "x.test")),
    cc=(Address("Dan", "dan", "x.test"),),
    bcc=(Address("", "hidden", "x.test"),),
    subject="你好，世界 😀 " * 10,
    html='<p>你好 <b>Bob</b></p><img src="cid:p1@crepes.test">',
    attachments=(PICTURE, PDF),
    message_id="m1@crepes.test",
    date=datetime(2026, 11, 22, 20, 0, tzinfo=UTC),
    in_reply_to="<m0@hamburger.test>",
    references=("root@hamburger.test", "m0@hamburger.test"),
)


def check_wire(raw: bytes) -> None:
    assert raw.isascii()
    assert b"\0" not in raw
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert raw.endswith(b"\r\n")


def test_everything_comes_back() -> None:
    raw = compose.compose(FULL)
    check_wire(raw)
    found = digest(raw)
    assert found.subject == FULL.subject.strip()
    assert (found.from_name, found.from_address) == ("爱丽丝", "alice@crepes.test")
    people = address.parse(header.first(header.fields(raw), "to") or b"")
    assert people == (Address(BOB.name, "bob", "xn--hmburger-0za.test"), FULL.to[1])
    assert found.message_id == "m1@crepes.test"
    assert found.reference_ids == ("root@hamburger.test", "m0@hamburger.test")
    assert found.sent_at == FULL.date
    assert b"hidden" not in raw
    assert b"User-Agent" not in raw
    assert compose.own_fields(FULL) == b"Bcc: hidden@x.test\r\n"


def test_tree_of_a_full_message() -> None:
    raw = compose.compose(FULL)
    root = parser.parse(raw)
    assert [(section, part.content_type) for section, part in root.walk()] == [
        ("", "multipart/mixed"), ("1", "multipart/alternative"), ("1.1", "text/plain"),
        ("1.2", "multipart/related"), ("1.2.1", "text/html"), ("1.2.2", "image/png"),
        ("2", "application/pdf"),
    ]  # fmt: skip
    shown = content.display_parts(raw, root)
    assert (shown.text, shown.html, shown.attachments) == ("1.1", "1.2.1", ("2",))
    assert shown.inline == {"p1@crepes.test": "1.2.2"}
    picture, pdf, plain = root.find("1.2.2"), root.find("2"), root.find("1.1")
    assert picture is not None and pdf is not None and plain is not None
    assert content.decoded(raw, picture) == PICTURE.data
    assert content.decoded(raw, pdf) == PDF.data
    assert (picture.filename, pdf.filename) == ("图.png", LONG_NAME)
    assert content.text(raw, plain) == "你好 Bob"


def test_plain_text_alone() -> None:
    raw = compose.compose(Draft(from_=(ALICE,), text="Hello\nBob\n", subject="Hi"))
    assert b"Content-Type: text/plain" in raw
    assert b"Content-Transfer-Encoding: 7bit" in raw
    assert raw.endswith(b"\r\n\r\nHello\r\nBob\r\n\r\n")


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: evil@x.test", "a\nBcc: evil@x.test", "a\rBcc: b", "a\0\x0bBcc: b\u2028c"]
)
def test_no_field_can_be_smuggled(evil: str) -> None:
    draft = Draft(
        from_=(Address(evil, evil, evil),),
        to=(Address(evil, "a", "x.test"),),
        subject=evil,
        text="x",
        message_id=evil,
        in_reply_to=evil,
        references=(evil,),
        attachments=(Attachment(evil, evil, b"x", evil), Attachment(evil, "image/png", b"x")),
    )
    raw = compose.compose(draft)
    check_wire(raw)
    names = [
        name for _, part in parser.parse(raw).walk() for name, _ in header.fields(raw[part.start : part.body])
    ]
    assert "bcc" not in names


def test_an_address_without_end_makes_no_line_without_end() -> None:
    check = compose.compose(Draft(cc=(Address("", "a" * 2000, "x.test"),), text="x"))
    assert max(map(len, check.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "text",
    [
        "From me\n.\n..\ntrailing \n",
        "x" * 5000,
        "你" * 3000,
        "a\0b",
        "tab\tend\t\n",
        "\x1b[31m",
        "é" + "word " * 500,
    ],
)
def test_bodies_survive(text: str) -> None:
    raw = compose.compose(Draft(text=text))
    check_wire(raw)
    trimmed = "\n".join(line.rstrip(" ") for line in text.replace("\0", "").split("\n"))
    assert content.text(raw, parser.parse(raw)).rstrip("\n") == trimmed.rstrip("\n")


def test_a_message_is_attached_unencoded_when_that_is_safe() -> None:
    inner = b"Subject: x\n\ninside\n"
    raw = compose.compose(Draft(text="fwd", attachments=(Attachment("a.eml", "message/rfc822", inner),)))
    assert [part.content_type for _, part in parser.parse(raw).walk()][-2:] == [
        "message/rfc822",
        "text/plain",
    ]
    odd = Attachment("a.eml", "message/rfc822", "Subject: é\n\n".encode())
    parts = [part for _, part in parser.parse(compose.compose(Draft(text="x", attachments=(odd,)))).walk()]
    assert (parts[-1].content_type, parts[-1].filename) == ("application/octet-stream", "a.eml")


WORDS = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=120)


@given(WORDS, WORDS, WORDS, WORDS)
def test_round_trip_of_any_text(subject: str, name: str, file_name: str, text: str) -> None:
    draft = Draft(
        from_=(Address(name, "alice", "crepes.test"),),
        subject=subject,
        text=text,
        attachments=(Attachment(file_name, "text/csv", text.encode()),),
    )
    raw = compose.compose(draft)
    check_wire(raw)
    found = digest(raw)
    assert found.subject == " ".join(header.strip_controls(subject).split())
    assert found.from_name == " ".join(header.strip_controls(name).split())
    assert found.from_address == "alice@crepes.test"
    root = parser.parse(raw)
    assert content.decoded(raw, root.children[1]) == text.encode()


@pytest.mark.parametrize(
    ("content_type", "data", "charset"),
    [
        ("text/plain", "营业额".encode(), "utf-8"),
        ("text/csv", b"a,b", None),
        ("text/plain", "营业额".encode("gbk"), None),
        ("application/json", '"营业额"'.encode(), None),
    ],
)
def test_a_file_of_text_says_its_charset(content_type: str, data: bytes, charset: str | None) -> None:
    raw = compose.compose(Draft(text="See file", attachments=(Attachment("报告", content_type, data),)))
    part = parser.parse(raw).find("2")
    assert part is not None
    assert part.parameters.get("charset") == charset
    assert content.decoded(raw, part) == data
