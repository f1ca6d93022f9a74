"""Header fields: unfolding and decoding."""

import pytest

from mailserver.message import header


def test_fields_are_unfolded_and_named_in_lower_case() -> None:
    raw = b"From x@y Mon\nSubject: one\r\n two\r\n\tthree\r\nX-Empty:\r\nTO : a@b\nno field here\n\n"
    assert header.fields(raw) == [("subject", b"one two\tthree"), ("x-empty", b""), ("to", b"a@b")]
    assert header.first(header.fields(raw), "to") == b"a@b"
    assert header.first([], "to") is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?B?5L2g5aW9?=", "你好"),
        (b"=?utf-8?q?caf=C3=A9_au?= lait", "café au lait"),
        (b"=?utf-8?B?5L2g?= =?utf-8?B?5aW9?= x", "你好 x"),
        (b"a =?utf-8?B?5L2g?=\t=?gb2312?B?usM=?=", "a 你好"),
        # A character split between two words, as many Chinese programs do.
        (b"=?UTF-8?B?5L2g5Q==?= =?UTF-8?B?pb0=?=", "你好"),
        (b"=?utf-8*zh?B?5L2g?=", "你"),
        (b"x=?utf-8?B?5L2g?=y", "x你y"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?utf-8?Q?a_question?mark?=", "a question?mark"),
        (b"=?unknown?B?5L2g5aW9?=", "你好"),
        (b"=?utf-7?Q?+ADw-script+AD4-?=", "+ADw-script+AD4-"),
        (b"=?utf-8?B?!!!?=", ""),
        (b"=?utf-8?Q?a=0D=0ABcc:_x?=", "aBcc: x"),
        ("你好".encode(), "你好"),
        ("你好，很高兴认识你".encode("gbk"), "你好，很高兴认识你"),
        ("grüße".encode("latin-1"), "grüße"),
        (b"a\tb\x00\x1b[31m", "a b[31m"),
        ("abc\u202egnp.exe".encode(), "abcgnp.exe"),
    ],
)
def test_decode(value: bytes, text: str) -> None:
    assert header.decode(value) == text


def test_counts_and_lengths_are_bounded() -> None:
    assert len(header.fields(b"A: b\n" * 5000)) == header.MAX_FIELDS
    assert len(header.fields(b"A: " + b"x" * 300_000)[0][1]) == header.MAX_FIELD_BYTES
    assert len(header.decode(b"=?utf-8?q?" + b"=?" * 50_000)) > 50_000
