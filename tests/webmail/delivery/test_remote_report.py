"""Reports of other servers are tied to what they are about, and to nothing else."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from mailserver.smtp.envelope import Envelope
from mailserver.smtp.envelope import Peer as Client
from tests.bounces import BOB, SAMPLES, Sample, plain, report
from tests.peer import Peer
from tests.people import Person
from webmail.delivery import attempt, inbound, remote_report, trace
from webmail.delivery.directory import Directory
from webmail.models import Message, OutboundMessage, OutboundRecipient, RemoteReport

from .conftest import Send

pytestmark = pytest.mark.django_db
FIELDS = (
    f"Final-Recipient: rfc822; {BOB}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 gone\n"
)

Sent = Callable[..., OutboundMessage]


@pytest.fixture
def sent(routed: Peer, send: Send) -> Sent:
    """Send a letter that the peer takes."""

    def deliver(*to: str, message_id: str = "lunch@crepes.test") -> OutboundMessage:
        outbound = send(*(to or (BOB,)), message_id=message_id)
        attempt.deliver("hamburger.test")
        return outbound

    return deliver


def arrive(raw: bytes, to: str = "alice@crepes.test", return_path: str = "") -> None:
    envelope = Envelope(Client("192.0.2.7", 25, "mx.far.test"), return_path, (to,), raw, timezone.now())
    [reply] = inbound.receive([inbound.read(envelope)], Directory())
    assert reply.positive


def states() -> dict[str, str]:
    return dict(OutboundRecipient.objects.values_list("address", "state"))


@pytest.mark.parametrize(
    "sample", [each for each in SAMPLES if each.expected[0][1] == "failed"], ids=lambda sample: sample.name
)
def test_a_bounce_of_each_family_is_tied(sample: Sample, alice: Person, sent: Sent) -> None:
    outbound = sent()
    modseq = OutboundRecipient.objects.get().modseq
    arrive(sample.raw)
    assert states() == {BOB: "failed"}
    [shown] = trace.trace(alice.account.pk, outbound.sent_message_id or 0)
    assert shown.reports[0].action == "failed"
    assert shown.reports[0].status == sample.expected[0][2]
    assert OutboundRecipient.objects.get().modseq > modseq
    assert Message.objects.filter(remote_reports__recipient__address=BOB).count() == 1


def test_a_delay_from_afar_is_told_and_changes_nothing(alice: Person, sent: Sent) -> None:
    outbound = sent()
    arrive(report(FIELDS.replace("failed", "delayed").replace("5.1.1", "4.2.0")))
    assert states() == {BOB: "delivered"}
    [shown] = trace.trace(alice.account.pk, outbound.sent_message_id or 0)
    assert [each.action for each in shown.reports] == ["delayed"]


def test_of_two_recipients_the_one_that_is_named_failed(sent: Sent) -> None:
    sent(BOB, "dan@hamburger.test")
    arrive(report(FIELDS))
    assert states() == {BOB: "failed", "dan@hamburger.test": "delivered"}


@pytest.mark.parametrize(
    "raw",
    [
        report(FIELDS.replace("bob@", "eve@")),
        report(FIELDS, original="Subject: Lunch?\nMessage-ID: <another@crepes.test>\n\nx\n"),
        report(FIELDS, original="Subject: Lunch?\n\nx\n").replace(
            b"Reporting-MTA", b"Original-Envelope-Id: 1.forged\r\nReporting-MTA"
        ),
        plain(f"<{BOB}>:\n550 5.1.1 no such user\n", original=""),
    ],
)
def test_a_report_about_nothing_we_sent_changes_nothing(raw: bytes, sent: Sent) -> None:
    sent(BOB, "dan@hamburger.test")
    arrive(raw)
    assert set(states().values()) == {"delivered"}
    assert not RemoteReport.objects.exists()


def test_a_report_to_another_account_changes_nothing(carol: Person, sent: Sent) -> None:
    sent()
    arrive(report(FIELDS), to="carol@crepes.test")
    assert states() == {BOB: "delivered"}


def test_what_was_never_handed_over_can_not_come_back(routed: Peer, send: Send) -> None:
    routed.answers = {"RCPT": "450 4.2.0 later"}
    send(BOB, message_id="lunch@crepes.test")
    attempt.deliver("hamburger.test")
    arrive(report(FIELDS))
    assert states() == {BOB: "waiting"}


def test_the_envelopes_own_name_is_enough(sent: Sent) -> None:
    outbound = sent()
    about = f"Original-Envelope-Id: {remote_report.envelope_id(outbound.pk)}\n"
    raw = report(FIELDS, original="Subject: Lunch?\n\nx\n")
    arrive(raw.replace(b"Reporting-MTA", about.encode().replace(b"\n", b"\r\n") + b"Reporting-MTA"))
    assert states() == {BOB: "failed"}


def test_a_flood_of_reports_is_not_kept(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_report, "_MOST_REPORTS", 2)
    sent()
    for _ in range(4):
        arrive(report(FIELDS))
    assert RemoteReport.objects.count() == 2
