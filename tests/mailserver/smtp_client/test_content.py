"""Content in a file goes over the wire as content in memory does, however it was cut."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mailserver.smtp.content import Spooled, held

LONG = b"x" * 1500
CONTENTS = [
    b"",
    b".",
    b"Subject: hi\r\n\r\nhello",
    b".a\r\n..b\r\n.\r\n",
    b"bare\nline\rends\r",
    b"\r\n.\n.\r.",
    "Subject: Grüße\r\n\r\nZwölf Boxkämpfer\r\n".encode(),
    b"Subject: long\r\n\r\n" + LONG + b"\r\n." + LONG[:900] + b"\r\n",
    b"Content-Transfer-Encoding: 8bit\r\n\r\n" + b"caf\xc3\xa9 .\r\n" * 20_000,
]


def cut(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("eight_bit", [True, False])
@pytest.mark.parametrize("size", [1, 3, 997, 100_000])
def test_a_file_says_what_memory_says(size: int, eight_bit: bool, tmp_path: Path) -> None:
    for content in CONTENTS if size > 1 else CONTENTS[:-1]:
        expected = held(content).fit(eight_bit=eight_bit)
        with closing(Spooled(cut(content, size), tmp_path)) as spooled:
            assert spooled.header() == held(content).header()
            fit = spooled.fit(eight_bit=eight_bit)
            with closing(fit):
                assert (fit.size, fit.is_ascii) == (expected.size, expected.is_ascii)
                assert b"".join(fit.on_the_wire()) == b"".join(expected.on_the_wire())
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_read_leaves_no_file_open(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"Subject: hi\r\n"
        raise LookupError

    with pytest.raises(LookupError):
        Spooled(broken(), tmp_path)
