"""What other servers report is read: by fields, and by words where there are only those."""

import pytest

from mailserver.message import bounce
from mailserver.message.parser import parse
from tests.bounces import BOB, SAMPLES, Sample, plain, report


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_bounce_is_read(sample: Sample) -> None:
    found = bounce.read(sample.raw, parse(sample.raw))
    assert found
    assert found.message_id == sample.message_id
    read = tuple(
        (each.original_address or each.address, each.action, each.status, str(bounce.why(each)))
        for each in found.recipients
    )
    assert read == sample.expected


@pytest.mark.parametrize(
    "raw",
    [
        plain("I am away until Monday.\n", sender="Bob <bob@hamburger.test>", subject="Re: Lunch?"),
        plain("Yes, at noon!\n", sender="Bob <bob@hamburger.test>", subject="Re: Lunch?"),
        plain("Your order has arrived, bob@hamburger.test.\n", sender="shop@far.test", subject="Delivered"),
        b'Content-Type: multipart/report; boundary="b"\r\n\r\n--b\r\n\r\nspam\r\n--b\r\n'
        b"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n--b--\r\n",
        b"",
    ],
)
def test_other_mail_is_no_bounce(raw: bytes) -> None:
    assert bounce.read(raw, parse(raw)) is None


@pytest.mark.parametrize(
    ("status", "diagnostic", "expected"),
    [("5.1.1", "550 5.7.1 blocked", "5.7.1"), ("4.4.7", "450 4.2.0 busy", "4.4.7")],
)
def test_the_answer_that_is_quoted_counts_but_not_against_time(
    status: str, diagnostic: str, expected: str
) -> None:
    fields = f"Final-Recipient: rfc822; {BOB}\nAction: failed\nStatus: {status}\n"
    raw = report(f"{fields}Diagnostic-Code: smtp; {diagnostic}\n")
    found = bounce.read(raw, parse(raw))
    assert found
    assert found.recipients[0].status == expected


@pytest.mark.parametrize(
    ("kind", "status", "hard"),
    [
        ("unknown", "5.1.1", True),
        ("no domain", "5.1.2", True),
        ("full", "5.2.2", False),
        ("policy", "5.7.1", False),
    ],
)
def test_hard_is_what_no_other_try_can_help(kind: str, status: str, hard: bool) -> None:
    assert bounce.is_hard(bounce.Kind(kind), status) is hard


@pytest.mark.parametrize(
    "text",
    [
        "<" * 200_000,
        "a@" * 100_000,
        "\n" * 200_000,
        "- " * 100_000,
        "user " * 50_000,
        "your message\n" * 20_000,
        f"{BOB} " * 20_000,
        "".join(f"u{number}@x.test:\n 550 no\n" for number in range(20_000)),
        "recipient: (" * 20_000,
    ],
)
def test_a_hostile_report_takes_no_long(text: str) -> None:
    raw = plain(text, original="")
    found = bounce.read(raw, parse(raw))
    assert found is None or len(found.recipients) <= 100
