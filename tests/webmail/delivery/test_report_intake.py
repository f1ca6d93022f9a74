"""Reports that come by mail are read by the worker, and counted once."""

import base64
import gzip
import json
import time

import pytest
from django.utils import timezone

from tests.mail import arrive, letter
from tests.mailserver.authenticity.test_reports import BOMB, OLD, TLS
from tests.people import Person, make_person
from webmail.delivery import report_intake
from webmail.models import MailReport, MailReportRow, ReportKind
from webmail.store import accounts, reports

pytestmark = pytest.mark.django_db


def report(
    data: bytes, content_type: str = "application/gzip", name: str = "r.xml.gz", number: int = 1
) -> bytes:
    return (
        b"From: noreply@google.com\r\nTo: postmaster@crepes.test\r\nSubject: Report\r\n"
        b"Message-ID: <%d@google.com>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nA report\r\n"
        b"--b\r\nContent-Type: %s\r\nContent-Disposition: attachment; filename=%s\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--\r\n"
        % (number, content_type.encode(), name.encode(), base64.encodebytes(data).replace(b"\n", b"\r\n"))
    )


def take() -> int:
    return report_intake.take_now(time.monotonic() + 60)


@pytest.fixture
def postmaster(alice: Person) -> Person:
    accounts.add_alias("postmaster@crepes.test", alice.address)
    arrive(alice.account.pk, report(OLD, "text/xml", number=99))
    # What was there before anybody looked is not searched.
    assert take() == 0
    return alice


def test_reports_are_kept_once(postmaster: Person) -> None:
    for number in (1, 2):
        arrive(postmaster.account.pk, report(gzip.compress(OLD), number=number))
    tls = gzip.compress(json.dumps(TLS).encode())
    arrive(postmaster.account.pk, report(tls, "application/tlsrpt+gzip", "r.json.gz", 3))
    assert take() == 2
    dmarc, encryption = MailReport.objects.order_by("kind")
    assert (dmarc.reporter, dmarc.domain, dmarc.passed, dmarc.failed) == ("google.com", "crepes.test", 12, 0)
    assert (encryption.kind, encryption.passed, encryption.failed) == ("tls", 5326, 3)
    assert list(MailReportRow.objects.order_by("pk").values_list("source", "count", "passed", "detail")) == [
        ("192.0.2.1", 12, True, "dkim=pass spf=fail none"),
        ("sts", 5326, True, ""),
        ("mx.crepes.test", 3, False, "certificate-expired"),
    ]
    assert take() == 0
    [day] = reports.days(ReportKind.DMARC, dmarc.begins_at)["crepes.test"]
    assert (day.day.isoformat(), day.passed, day.failed) == ("2025-11-27", 12, 0)


def test_what_is_no_report_stops_nothing(postmaster: Person) -> None:
    arrive(postmaster.account.pk, report(gzip.compress(BOMB), number=1))
    arrive(postmaster.account.pk, report(b"PK\x03\x04", "application/zip", "r.zip", 2))
    arrive(postmaster.account.pk, letter("Hello", number=3))
    arrive(postmaster.account.pk, report(OLD, "text/xml", "r.xml", 4))
    assert take() == 1
    assert take() == 0


def test_the_mail_of_others_is_not_searched(postmaster: Person) -> None:
    carol = make_person("carol@crepes.test", "Carol")
    arrive(carol.account.pk, report(gzip.compress(OLD)))
    assert take() == 0


def test_nobody_is_no_trouble(alice: Person) -> None:
    assert take() == 0
    assert reports.forget_old() == 0


def test_reports_are_forgotten_after_a_year(postmaster: Person) -> None:
    arrive(postmaster.account.pk, report(gzip.compress(OLD)))
    take()
    assert reports.forget_old() == 0
    MailReport.objects.update(begins_at=timezone.now() - reports.KEPT)
    assert reports.forget_old()
    assert not MailReportRow.objects.exists()
