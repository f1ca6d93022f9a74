"""What the store keeps of a message."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailserver.message import structure, summary
from mailserver.message.digest import MAX_SEARCH_TEXT, digest

RAW = (
    b"From: =?utf-8?B?54ix5Li95Lid?= <alice@crepes.test>\r\nTo: Bob <bob@hamburger.test>, carol@x.test\r\n"
    b"Subject: Re: =?utf-8?B?5pma6aSQ?= tonight\r\nDate: Sun, 22 Nov 2026 20:52:51 +0100\r\n"
    b"Message-ID: <m1@crepes.test>\r\nIn-Reply-To: <m0@hamburger.test>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<style>p{}</style><p>See&nbsp;you <b>at</b> eight</p>\r\n--b\r\n"
    b"Content-Type: application/pdf; name=menu.pdf\r\n\r\nx\r\n--b--\r\n"
)


def test_digest() -> None:
    found = digest(RAW)
    assert (found.from_name, found.from_address) == ("爱丽丝", "alice@crepes.test")
    assert found.to_text == "Bob, carol@x.test"
    assert (found.subject, found.base_subject) == ("Re: 晚餐 tonight", "晚餐 tonight")
    assert found.sent_at == datetime(2026, 11, 22, 19, 52, 51, tzinfo=UTC)
    assert (found.message_id, found.reference_ids) == ("m1@crepes.test", ("m0@hamburger.test",))
    assert found.preview == "See you at eight"
    assert found.has_attachment
    for word in ("晚餐", "alice@crepes.test", "Bob", "eight", "menu.pdf"):
        assert word in found.search_text
    assert found.envelope == structure.envelope(RAW, found.part)
    assert structure.loads(structure.dumps(found.envelope)) == found.envelope


@given(st.binary(max_size=300))
def test_digest_never_raises(raw: bytes) -> None:
    found = digest(raw)
    assert "\0" not in found.subject + found.preview + found.search_text
    assert structure.loads(structure.dumps(found.envelope)) == found.envelope


def test_search_text_is_bounded() -> None:
    assert len(digest(b"\n" + b"word " * 200_000).search_text) == MAX_SEARCH_TEXT


def test_preview_leaves_out_what_is_quoted() -> None:
    raw = b"\nYes, I come.\n\nOn Monday, Ana <a@x.test> wrote:\n> Do you come?\n"
    assert digest(raw).preview == "Yes, I come."


def test_preview_leaves_out_the_signature() -> None:
    assert digest(b"\nYes, I come.\n-- \nBob\nmanager\n").preview == "Yes, I come."


def test_preview_has_no_control_characters() -> None:
    raw = "Content-Type: text/plain; charset=utf-8\n\none\x81\x9f two\x1b".encode()
    assert digest(raw).preview == "one two"


def test_preview_of_a_mere_quote_is_the_quote() -> None:
    assert digest(b"\n> Do you come?\n").preview == "> Do you come?"


def test_a_route_is_part_of_the_envelope() -> None:
    envelope = digest(b"From: <@route:ann@there.test>\r\n\r\n").envelope
    assert envelope.from_ == (structure.Mailbox("", "ann", "there.test", "@route"),)
    assert structure.loads(structure.dumps(envelope)) == envelope


def test_envelope_fields_stay_encoded() -> None:
    envelope = digest(RAW).envelope
    assert envelope.subject == "Re: =?utf-8?B?5pma6aSQ?= tonight"
    assert envelope.from_ == envelope.sender == envelope.reply_to
    assert envelope.from_[0].name == "=?utf-8?B?54ix5Li95Lid?="
    assert envelope.message_id == "<m1@crepes.test>"


def test_envelope_groups() -> None:
    found = digest(b"To: team: a@b.test;, root\n\n").envelope.to
    assert [(each.local, each.host) for each in found] == [
        ("team", ""), ("a", "b.test"), ("", ""), ("root", structure.MISSING_DOMAIN),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("Sun, 22 Nov 2026 20:52:51 +0000 (UTC)", "2026-11-22T20:52:51+00:00"),
        ("22 Nov 2026 20:52 -0530", "2026-11-22T20:52:00-05:30"),
        ("Sun, 2 Nov 96 8:05:00 EST", "1996-11-02T08:05:00-05:00"),
        ("Sun Nov 22 20:52:51 2026", "2026-11-22T20:52:51+00:00"),
        ("Wed,29 May 2002 17:5:7 +-0800", "2002-05-29T17:05:07-08:00"),
        ("Sunday, 22-Nov-26 20:52:51 GMT", "2026-11-22T20:52:51+00:00"),
    ],
)
def test_dates(value: str, iso: str) -> None:
    found = summary.date(value)
    assert found is not None
    assert found.isoformat() == iso


@pytest.mark.parametrize("value", ["", "yesterday", "32 Nov 2026 20:52:51 +0000", "1 Foo 2026 10:00 +0000"])
def test_dates_that_are_none(value: str) -> None:
    assert summary.date(value) is None


def test_raw_fields_are_read_in_the_charset_of_the_body() -> None:
    raw = "From: 小吳 <a@x.test>\nSubject: 大同\nContent-Type: text/plain; charset=big5\n\n".encode("big5")
    found = digest(raw)
    assert (found.from_name, found.subject) == ("小吳", "大同")
    assert found.envelope == structure.envelope(raw, found.part)


def test_a_mail_that_is_one_named_text_is_previewed_and_searched() -> None:
    raw = b"Subject: x\nContent-Type: text/plain; name=notes.txt\n\nthe words of the notes"
    found = digest(raw)
    assert found.preview == "the words of the notes"
    assert "words of the notes" in found.search_text
    assert found.has_attachment


def test_a_file_embedded_in_the_text_is_an_attachment_and_no_words() -> None:
    raw = b"Subject: x\n\nsee\nbegin 644 plan.pdf\n#0V%T\n`\nend\n"
    found = digest(raw)
    assert found.has_attachment
    assert found.preview == "see"
    assert "plan.pdf" in found.search_text
    assert "0V%T" not in found.search_text
