"""Delivery reports: written for people and for programs, and read back, also those of others."""

from datetime import UTC, datetime

from mailserver.message import dsn
from mailserver.message.address import Address
from mailserver.message.content import text
from mailserver.message.parser import parse

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
COVER = dsn.Cover(
    sender=Address("邮件投递", "mailer-daemon", "mx.crepes.test"),
    to=Address("", "alice", "crepes.test"),
    subject="[未送达] 午饭",
    text="The address nobody@hamburger.test is unknown at hamburger.test.\n地址不存在 = no\n.\n",
    date=NOON,
    message_id="report-1@mx.crepes.test",
    in_reply_to="<lunch@crepes.test>",
)
FAILED = dsn.RecipientReport(
    address="nobody@hamburger.test",
    action="failed",
    status="5.1.1",
    diagnostic="550 5.1.1 no such user",
    original_address="n@hamburger.test",
    host="mx.hamburger.test",
    last_attempt_at=NOON,
)
LATE = dsn.RecipientReport("用户@x.test", "delayed", "4.4.1", will_retry_until=NOON)
REPORT = dsn.Report("mx.crepes.test", (FAILED, LATE), arrived_at=NOON, envelope_id="e-1")
ORIGINAL = "Subject: 午饭\r\nMessage-ID: <lunch@crepes.test>\r\n\r\n你好\r\n".encode()


def test_a_report_is_read_as_it_was_written() -> None:
    raw = dsn.build(REPORT, COVER, ORIGINAL)
    found = dsn.read(raw, parse(raw))
    assert found
    assert found.recipients[0] == FAILED
    assert found.recipients[1].action == "delayed"
    assert (found.reporting_host, found.arrived_at, found.envelope_id) == ("mx.crepes.test", NOON, "e-1")
    assert dsn.addresses(found) == ("nobody@hamburger.test",)


def test_the_parts_are_text_then_status_then_the_original() -> None:
    raw = dsn.build(REPORT, COVER, ORIGINAL)
    root = parse(raw)
    assert [child.content_type for child in root.children] == [
        "text/plain",
        "message/delivery-status",
        "message/rfc822",
    ]
    assert root.parameters["report-type"] == "delivery-status"
    plain = text(raw, root.children[0]).replace("\r\n", "\n")
    assert plain.startswith(COVER.text.rstrip())
    assert raw[root.children[2].body : root.children[2].end].rstrip() == ORIGINAL.rstrip()
    assert b"References: <lunch@crepes.test>\r\n" in raw
    assert b"Auto-Submitted: auto-replied\r\n" in raw


def test_of_a_large_original_only_the_header_is_kept() -> None:
    raw = dsn.build(REPORT, COVER, ORIGINAL + b"x" * dsn.FULL_ORIGINAL_BYTES)
    root = parse(raw)
    assert root.children[2].content_type == "text/rfc822-headers"
    assert b"Subject:" in raw[root.children[2].body : root.children[2].end]
    assert len(raw) < 10_000


def test_every_line_ends_properly_and_is_short_enough() -> None:
    hostile = dsn.RecipientReport(
        "a@x.test", "failed", "5.0.0", diagnostic="550 a\r\nAction: delivered\x00" + "z" * 5000
    )
    raw = dsn.build(dsn.Report("mx.crepes.test", (hostile,)), COVER, ORIGINAL)
    lines = raw.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 998
    found = dsn.read(raw, parse(raw))
    assert found
    assert [recipient.action for recipient in found.recipients] == ["failed"]


def test_a_foreign_report_with_bare_line_feeds_is_read() -> None:
    raw = (
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nSorry.\n--b\n'
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns;mx.far.test\n\n\n"
        b"Final-Recipient: RFC822;bob@far.test\nAction: Failed\nStatus: 5.2.2 (full)\n\n"
        b"Final-Recipient: rfc822; eve@far.test\nAction: relayed\nLast-Attempt-Date: yesterday\n--b--\n"
    )
    found = dsn.read(raw, parse(raw))
    assert found
    assert found.reporting_host == "mx.far.test"
    assert [(item.address, item.action, item.status) for item in found.recipients] == [
        ("bob@far.test", "failed", "5.2.2"),
        ("eve@far.test", "relayed", ""),
    ]


def test_other_mail_is_no_report() -> None:
    head = b'Content-Type: multipart/report; boundary="b"\r\n\r\n--b\r\n'
    for raw in (
        b"Subject: hi\r\n\r\nhello\r\n",
        head + b"\r\nonly text\r\n--b--\r\n",
        head + b"Content-Type: message/delivery-status\r\n\r\n--b--\r\n",
    ):
        assert dsn.read(raw, parse(raw)) is None
