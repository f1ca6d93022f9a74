"""What a mail program hands in, whatever it left out or wrote oddly."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver.message import handed_in, header
from mailserver.message.address import Address

ALICE = Address("Alice 王", "alice", "crepes.test")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHOLE = b"From: alice@crepes.test\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@x>\r\n\r\nHi\r\n"


def completed(raw: bytes) -> bytes:
    return handed_in.read(raw).complete(ALICE, NOON, "new@crepes.test")


def test_what_is_whole_stays_to_the_byte() -> None:
    for raw in (WHOLE, WHOLE + b"\r\n\r\n.\r\n", WHOLE.replace(b"Hi", b"\r\n\r\n")):
        assert completed(raw) == raw


@pytest.mark.parametrize(
    ("raw", "rest"),
    [
        (b"Subject: x\r\n\r\nHi", b"Subject: x\r\n\r\nHi"),
        (b"Subject: x\r\n", b"Subject: x\r\n\r\n"),
        (b"Subject: x", b"Subject: x\r\n\r\n"),
        (b"\r\nHi\r\n", b"\r\nHi\r\n"),
        (b"Hi there\r\n\r\nmore\r\n", b"\r\nHi there\r\n\r\nmore\r\n"),
        (b"Subject: x\r\nno field\r\n\r\nHi\r\n", b"Subject: x\r\n\r\nno field\r\n\r\nHi\r\n"),
        (b"", b"\r\n"),
    ],
)
def test_what_is_left_out_is_added(raw: bytes, rest: bytes) -> None:
    added = completed(raw).removesuffix(rest)
    names = [name for name, _ in header.fields(added)]
    assert names == ["from", "date", "message-id"]
    assert added.isascii()
    assert completed(raw).endswith(rest)


@pytest.mark.parametrize(
    "written",
    [
        b"Bcc: eve@x.test\r\n",
        b"BCC : eve@x.test,\r\n dan@x.test\r\n",
        b"Resent-Bcc: eve@x.test\r\n",
        b"Bcc:\r\n\teve@x.test\r\n",
        b"Bcc\r\n : eve@x.test\r\n",
    ],
)
def test_nobody_reads_the_bcc(written: bytes) -> None:
    for raw in (WHOLE.replace(b"Date", written + b"Date"), written + WHOLE, b" " + written + WHOLE):
        found = handed_in.read(raw)
        assert b"eve@x.test" in found.bcc
        assert found.complete(ALICE, NOON, "x@x") == WHOLE
        assert b"eve@x.test" in [person.spec.encode() for person in found.named]


def test_a_bcc_in_the_text_is_text() -> None:
    raw = WHOLE.replace(b"Hi", b"Bcc: eve@x.test")
    assert completed(raw) == raw


def test_who_is_said_to_write() -> None:
    raw = WHOLE.replace(b"Date", b"Sender: a@x.test\r\nResent-From: b@x.test\r\nFrom: c@x.test\r\nDate")
    found = handed_in.read(raw)
    assert found.from_fields == 2
    assert {person.spec for person in found.authors} == {
        "alice@crepes.test",
        "a@x.test",
        "b@x.test",
        "c@x.test",
    }


_LINES = [b"From: a@x.test", b"Bcc: eve@x.test", b" folded", b"no field", b"", b"Date: now", b":", b"\xff"]


@given(st.lists(st.one_of(st.sampled_from(_LINES), st.binary(max_size=20)), max_size=8))
def test_whatever_comes_is_complete_then(lines: list[bytes]) -> None:
    raw = b"\r\n".join(line.replace(b"\r", b"").replace(b"\n", b"") for line in lines)
    once = completed(raw)
    found = handed_in.read(once)
    assert (found.from_fields > 0, found.has_date, found.has_id, found.bcc) == (True, True, True, b"")
