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
    [
        ("5.1.1", "550 5.7.1 blocked", "5.7.1"),
        ("4.4.7", "450 4.2.0 busy", "4.2.0"),
        ("5.1.0", "5.1.0 - Unknown address error 550-'5.2.2 Mailbox full'", "5.2.2"),
        ("4.0.0", "554 no service here", "4.0.0"),
        ("5.1.1", "rejected", "5.1.1"),
    ],
)
def test_the_answer_that_is_quoted_counts(status: str, diagnostic: str, expected: str) -> None:
    fields = f"Final-Recipient: rfc822; {BOB}\nAction: failed\nStatus: {status}\n"
    raw = report(f"{fields}Diagnostic-Code: smtp; {diagnostic}\n")
    found = bounce.read(raw, parse(raw))
    assert found
    assert found.recipients[0].status == expected


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        ("5.7.26", "550 5.7.26 <bob@far.test>: Recipient address rejected: SPF and DKIM failed", "policy"),
        ("5.7.0", "550 5.7.0 <bob@far.test>: Recipient address rejected: a virus in it", "policy"),
        ("5.2.2", "552 5.2.2 <bob@far.test>: Recipient address rejected: Mailbox full", "full"),
        ("5.0.0", "550 <bob@far.test>: Recipient address rejected: User unknown", "unknown"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "unknown"),
        ("5.1.8", "553 5.1.8 Domain of sender address a@b.test does not exist", "policy"),
        ("5.0.0", "550 after MAIL FROM:<alice@crepes.test>: no such user", "policy"),
        ("5.2.1", "550 5.2.1 The email account that you tried to reach is disabled", "disabled"),
        ("5.2.1", "550 5.2.1 User unknown", "unknown"),
        ("5.0.0", "550 Mailbox is frozen", "disabled"),
        ("5.3.2", "521 5.3.2 No mail here", "null mx"),
        ("5.4.4", "Name service error for far.test: Host not found, try again", "unreachable"),
        ("5.0.0", "host mx.far.test not found", "no domain"),
        ("5.0.0", "553 far.test does not exist", "no domain"),
        ("4.4.7", "no such user, queued for five days", "expired"),
        ("5.1.1", "550 sent too many messages", "busy"),
        ("5.0.0", "554 Bad DNS PTR record", "policy"),
        ("5.0.0", "connection refused by 192.0.2.1", "unreachable"),
        ("5.7.30", "550 5.7.30 REQUIRETLS needed", "not encrypted"),
        ("4.0.0", "452 <bob@far.test> Mailbox size limit exceeded", "full"),
        ("5.7.0", "The mailbox has exceeded its disk space limit", "full"),
        ("5.0.0", "550 User has too many messages on the server", "full"),
        ("5.1.1", "550 RCPT TO:<bob@far.test> max message size exceeded", "too large"),
        ("5.0.0", "550 No such domain at this location (bob@far.test)", "no domain"),
        ("5.0.0", "[far.test]: Name or service not known", "no domain"),
        ("5.0.0", "550 No mail box available for this user", "unknown"),
        ("5.0.0", "550 Destinatario desconocido o mailbox lleno", "unknown"),
        ("5.0.0", "Esta casilla ha expirado por falta de uso.", "disabled"),
        ("5.0.0", "550 no", "refused"),
    ],
)
def test_why_is_told_by_code_and_words(status: str, text: str, expected: str) -> None:
    assert bounce.kind(status, text) == expected


def test_a_report_that_a_gateway_wrapped_is_read() -> None:
    inner = report(f"Final-Recipient: rfc822; {BOB}\nAction: failed\nStatus: 5.1.1\n").decode()
    raw = (
        b"From: gateway@far.test\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
        b'boundary="o"\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n' + inner.encode() + b"\r\n--o--\r\n"
    )
    found = bounce.read(raw, parse(raw))
    assert found
    assert [each.address for each in found.recipients] == [BOB]


@pytest.mark.parametrize(
    ("kind", "status", "hard"),
    [
        ("unknown", "5.1.1", True),
        ("no domain", "5.1.2", True),
        ("full", "5.2.2", False),
        ("disabled", "5.2.1", False),
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
