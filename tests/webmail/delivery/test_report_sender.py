"""Our own reports: counted as mail comes, owed once a day is over, only to who asks and is willing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from mailserver.authenticity import aggregate
from mailserver.authenticity.arc import Arc
from mailserver.authenticity.check import Checks
from mailserver.authenticity.dkim import Signature
from mailserver.authenticity.dmarc import Dmarc
from mailserver.authenticity.dmarc_record import Record
from mailserver.authenticity.spf import Spf
from mailserver.message import content, parser
from tests.names import SERVFAIL, Names
from tests.people import Person
from webmail.delivery import report_sender
from webmail.delivery.tally import FLUSH_SECONDS, Tally
from webmail.models import DmarcTally, OutboundMessage, OutboundRecipient
from webmail.store import blobs, signing_keys

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
NEXT_DAY = AT + timedelta(days=1)
ASKS = ("dmarc@shop.test", "shop@reports.test", "x@unwilling.test")


@pytest.fixture(autouse=True)
def names(settings: Settings, alice: Person) -> Iterator[Names]:
    records: dict[str, dict[str, list[str]] | str] = {
        "_dmarc.shop.test": {"TXT": ['"v=DMARC1; p=reject"']},
        "shop.test._report._dmarc.reports.test": {"TXT": ['"v=DMARC1"']},
    }
    with Names(records) as names:
        settings.DNS_RESOLVER = names.server
        settings.MAIL_HOSTNAME = "mx.crepes.test"
        yield names


def found(result: str = "pass", asks: tuple[str, ...] = ASKS, vouched_by: str = "") -> Checks:
    record = Record("reject", reports_to=asks)
    passed = result == "pass"
    return Checks(
        Spf("pass", "bounce.shop.test"),
        (Signature("shop.test", "s1", "pass" if passed else "fail"),),
        Dmarc(result, "news.shop.test", "reject", "shop.test", record, spf=passed, dkim=passed),
        Arc("none"),
        vouched_by,
    )


def noted(*checks: tuple[Checks, str]) -> Tally:
    tally = Tally()
    for each, disposition in checks:
        tally.note(each, "192.0.2.7", "x@bounce.shop.test", disposition, AT)
    tally.flush()
    return tally


def report_of(outbound: OutboundMessage) -> aggregate.Report:
    raw = blobs.read(outbound.blob_id)
    [part] = [each for _, each in parser.parse(raw).walk() if each.filename]
    assert part.filename.startswith("crepes.test!shop.test!1795737600!1795823999.xml.gz")
    return aggregate.parse(content.decoded(raw, part))


def test_a_day_is_told_once_to_who_asks_and_is_willing() -> None:
    signing_keys.make_missing()
    noted(*[(found(), "none")] * 3, (found("fail"), "reject"))
    noted((found(), "none"), (found("fail", vouched_by="lists.test"), "none"), (found("fail"), "none"))
    assert report_sender.send(AT) == 0
    assert report_sender.send(NEXT_DAY) == 2
    assert report_sender.send(NEXT_DAY) == 0
    assert not DmarcTally.objects.exists()
    addresses = OutboundRecipient.objects.values_list("address", flat=True)
    assert set(addresses) == {"dmarc@shop.test", "shop@reports.test"}
    first, _second = OutboundMessage.objects.order_by("pk")
    assert (first.account_id, first.mail_from) == (None, "")
    assert bytes(first.prefix).count(b"DKIM-Signature") == 2
    head = blobs.read(first.blob_id).partition(b"\r\n\r\n")[0]
    assert b"Auto-Submitted: auto-generated" in head
    assert b"Subject: Report Domain: shop.test Submitter: crepes.test" in head
    report = report_of(first)
    assert (report.reporter, report.policy.domain, report.policy.policy) == (
        "crepes.test",
        "shop.test",
        "reject",
    )
    rows = {(row.disposition, row.dkim, row.override): row.count for row in report.rows}
    assert rows == {
        ("none", "pass", ""): 4,
        ("reject", "fail", ""): 1,
        ("none", "fail", "trusted_forwarder"): 1,
        ("none", "fail", "local_policy"): 1,
    }
    assert report.rows[0].auth_dkim == (("shop.test", "s1", "pass"),)
    assert report.rows[0].header_from == "news.shop.test"


def test_who_does_not_ask_is_not_counted() -> None:
    noted((found(asks=()), "none"), (found("temperror"), "none"))
    assert not DmarcTally.objects.exists()


def test_nobody_willing_is_told_nothing() -> None:
    noted((found(asks=("x@unwilling.test", "not an address")), "none"))
    assert report_sender.send(NEXT_DAY) == 0
    assert not DmarcTally.objects.exists()
    assert not OutboundMessage.objects.exists()


def test_a_silent_dns_is_asked_again_for_some_days(names: Names) -> None:
    names.records["shop.test._report._dmarc.reports.test"] = SERVFAIL
    noted((found(asks=("shop@reports.test",)), "none"))
    assert report_sender.send(NEXT_DAY) == 0
    assert DmarcTally.objects.exists()
    assert report_sender.send(AT + timedelta(days=9)) == 0
    assert not DmarcTally.objects.exists()


def test_reports_can_be_switched_off(settings: Settings) -> None:
    settings.DMARC_REPORTS = False
    noted((found(), "none"))
    assert report_sender.send(NEXT_DAY) == 0
    assert not OutboundMessage.objects.exists()
    assert not DmarcTally.objects.exists()


def test_it_is_written_now_and_then() -> None:
    now = [0.0]
    tally = Tally(lambda: now[0])
    assert not tally.is_due
    tally.note(found(), "192.0.2.7", "", "none", AT)
    assert not tally.is_due
    now[0] += FLUSH_SECONDS + 1
    assert tally.is_due
    tally.flush()
    assert not tally.is_due
    assert DmarcTally.objects.get().count == 1
