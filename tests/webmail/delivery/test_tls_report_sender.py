"""Our own TLS reports: owed once a day is over, only to who asks, and read as others read them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from mailserver.authenticity import tls_report
from mailserver.authenticity.tls_report_writer import Session
from mailserver.message import content, parser
from tests.names import SERVFAIL, Names
from tests.people import Person
from webmail.delivery import tls_report_sender, tls_results
from webmail.models import OutboundMessage, OutboundRecipient, TlsResult
from webmail.store import blobs, signing_keys

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
NEXT_DAY = AT + timedelta(days=1)
ASKS = '"v=TLSRPTv1; rua=mailto:tls@far.test,https://far.test/tls,mailto:no address,mailto:more@else.test"'
POLICY = ("version: STSv1", "mode: enforce", "mx: mx.far.test")


@pytest.fixture(autouse=True)
def names(settings: Settings, alice: Person) -> Iterator[Names]:
    with Names({"_smtp._tls.far.test": {"TXT": ['"v=spf1 -all"', ASKS]}}) as names:
        settings.DNS_RESOLVER = names.server
        settings.MAIL_HOSTNAME = "mx.crepes.test"
        yield names


def met(domain: str = "far.test") -> None:
    well = Session("sts", POLICY, "mx.far.test", "192.0.2.1", "198.51.100.7")
    broken = Session("sts", POLICY, "mx.far.test", "192.0.2.1", "198.51.100.8", "certificate-expired", "old")
    other = Session("none", (), "mx2.far.test", "192.0.2.1", "198.51.100.9", "starttls-not-supported")
    tls_results.note(domain, [well, well, broken, other], AT)


def read(outbound: OutboundMessage) -> tls_report.TlsReport:
    raw = blobs.read(outbound.blob_id)
    root = parser.parse(raw)
    assert root.content_type == "multipart/report"
    assert b'report-type="tlsrpt"' in raw[: root.body]
    assert b"TLS-Report-Domain: far.test\r\n" in raw[: root.body]
    [part] = [each for _, each in root.walk() if each.content_type == "application/tlsrpt+gzip"]
    assert part.filename == "crepes.test!far.test!1795737600!1795823999.json.gz"
    return tls_report.parse(content.decoded(raw, part))


def test_a_day_is_told_once_to_who_asks() -> None:
    signing_keys.make_missing()
    met()
    assert tls_report_sender.send(AT) == 0
    assert tls_report_sender.send(NEXT_DAY) == 2
    assert tls_report_sender.send(NEXT_DAY) == 0
    assert set(OutboundRecipient.objects.values_list("address", flat=True)) == {
        "tls@far.test",
        "more@else.test",
    }
    outbound = OutboundMessage.objects.order_by("pk")[0]
    assert (outbound.account, outbound.mail_from) == (None, "")
    assert bytes(outbound.prefix).startswith(b"DKIM-Signature:")
    report = read(outbound)
    assert (report.reporter, report.begins_at.date()) == ("crepes.test", AT.date())
    under, bare = report.policies
    assert (under.kind, under.domain, under.successes, under.failures) == ("sts", "far.test", 2, 1)
    assert under.details == (tls_report.Failure("certificate-expired", "mx.far.test", 1),)
    assert (bare.kind, bare.successes, bare.failures) == ("no-policy-found", 0, 1)


@pytest.mark.parametrize("record", [None, '"v=TLSRPTv2; rua=mailto:tls@far.test"', '"v=TLSRPTv1; rua="'])
def test_who_does_not_ask_is_told_nothing(names: Names, record: str | None) -> None:
    names.records = {"_smtp._tls.far.test": {"TXT": [record]}} if record else {}
    met()
    assert tls_report_sender.send(NEXT_DAY) == 0
    assert not TlsResult.objects.exists()


def test_two_records_are_none(names: Names) -> None:
    names.records = {"_smtp._tls.far.test": {"TXT": [ASKS, ASKS.replace("tls@", "tls2@")]}}
    met()
    assert tls_report_sender.send(NEXT_DAY) == 0


def test_it_is_switched_off(settings: Settings) -> None:
    settings.TLS_REPORTS = False
    met()
    assert tls_report_sender.send(NEXT_DAY) == 0
    assert not OutboundMessage.objects.exists()


def test_a_name_server_in_trouble_is_asked_again_for_three_days(names: Names) -> None:
    names.records = {"_smtp._tls.far.test": SERVFAIL}
    met()
    assert tls_report_sender.send(NEXT_DAY) == 0
    assert TlsResult.objects.exists()
    assert tls_report_sender.send(AT + timedelta(days=5)) == 0
    assert not TlsResult.objects.exists()
