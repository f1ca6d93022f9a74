"""Messages made fit for the wire: what must change changes, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver.message.content import decoded, text
from mailserver.message.parser import parse
from mailserver.message.wire_form import MAX_LINE, fit

LONG = "word " * 400
MIXED = (
    'Content-Type: multipart/mixed; boundary="b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    "preamble\r\n--b\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n你好\r\n--b\r\n"
    "Content-Type: text/plain\r\n\r\nplain = plain \r\n--b--\r\n"
).encode()


def longest(raw: bytes) -> int:
    return max(map(len, raw.split(b"\r\n")))


@pytest.mark.parametrize("raw", [b"Subject: hi\r\n\r\nhello\r\n", MIXED, b"", b"\r\n", b"x"])
def test_a_fit_message_is_the_same_object(raw: bytes) -> None:
    assert fit(raw, eight_bit=True) is raw


def test_eight_bits_become_seven_part_by_part() -> None:
    sent = fit(MIXED, eight_bit=False)
    assert sent.isascii()
    root = parse(sent)
    assert root.encoding == "7bit"
    assert [child.encoding for child in root.children] == ["quoted-printable", "7bit"]
    assert text(sent, root.children[0]) == "你好"
    assert b"\r\n\r\nplain = plain \r\n--b--\r\n" in sent


def test_the_label_of_the_encoding_is_a_field_of_its_own() -> None:
    raw = " stray\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n你好".encode()
    sent = fit(raw, eight_bit=False)
    assert parse(sent).encoding == "quoted-printable"
    assert text(sent, parse(sent)) == "你好"


def test_a_body_that_no_empty_line_begins_is_encoded_after_the_header() -> None:
    raw = "Content-Type: text/plain; charset=utf-8\r\nno field: 你好".encode()
    sent = fit(raw, eight_bit=False)
    assert sent.replace(b"\r\n", b"").count(b"\r") == 0
    assert "你好" in text(sent, parse(sent))


def test_a_long_line_of_text_becomes_quoted_printable() -> None:
    raw = f"Content-Type: text/html\r\n\r\n<p>{LONG}</p>\r\n.\r\nend \r\n".encode()
    sent = fit(raw, eight_bit=True)
    assert longest(sent) <= 76 + 3
    root = parse(sent)
    assert root.encoding == "quoted-printable"
    assert decoded(sent, root) == raw.partition(b"\r\n\r\n")[2]


def test_long_binary_becomes_base64() -> None:
    data = bytes(range(14, 256)) * 10
    raw = b"Content-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n" + data
    sent = fit(raw, eight_bit=False)
    assert sent.isascii()
    assert decoded(sent, parse(sent)) == data


@pytest.mark.parametrize(
    ("encoding", "body"), [("base64", b"QUJD" * 500), ("quoted-printable", b"a=3Db" * 500)]
)
def test_encoded_bodies_are_wrapped(encoding: str, body: bytes) -> None:
    raw = (
        f"Content-Type: text/plain\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body + b"\r\n"
    )
    sent = fit(raw, eight_bit=True)
    assert longest(sent) <= MAX_LINE
    assert decoded(sent, parse(sent)).strip() == decoded(raw, parse(raw)).strip()


def test_long_header_lines_are_folded() -> None:
    raw = f"Subject: {LONG}\r\nX-Long: {'x' * 3000}\r\n\r\nhello\r\n".encode()
    sent = fit(raw, eight_bit=True)
    assert longest(sent) <= MAX_LINE
    assert sent.replace(b"\r\n ", b" ").startswith(f"Subject: {LONG}".encode())
    assert sent.endswith(b"\r\n\r\nhello\r\n")


def test_a_long_preamble_is_broken() -> None:
    sent = fit(MIXED.replace(b"preamble", b"p" * 3000), eight_bit=True)
    assert longest(sent) <= MAX_LINE
    assert len(parse(sent).children) == 2


def test_a_forwarded_message_is_changed_inside() -> None:
    raw = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + MIXED
    sent = fit(raw, eight_bit=False)
    assert sent.isascii()
    root = parse(sent)
    assert root.encoding == "7bit"
    assert text(sent, root.children[0].children[0]) == "你好"


@given(st.binary(max_size=5000), st.booleans())
def test_any_bytes_end_up_fit(data: bytes, eight_bit: bool) -> None:
    body = data.replace(b"\r", b"").replace(b"\n", b"\r\n")
    head = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    sent = fit(head + body, eight_bit=eight_bit)
    assert longest(sent) <= MAX_LINE
    assert eight_bit or sent.isascii()
    assert decoded(sent, parse(sent)) == body
