"""Reports of others: read whole, and bounded whatever they hold; our own can be read again."""

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailserver.authenticity import aggregate, report_file, tls_report
from mailserver.authenticity.aggregate import Policy, Report, Row
from mailserver.authenticity.report_file import ReportError

# As a large receiver sends it, of the years of RFC 7489.
OLD = b"""<?xml version="1.0" encoding="UTF-8" ?>
<feedback><report_metadata><org_name>google.com</org_name><email>noreply-dmarc-support@google.com</email>
<report_id>1234567</report_id><date_range><begin>1764201600</begin><end>1764287999</end></date_range>
</report_metadata><policy_published><domain>Crepes.test</domain><adkim>r</adkim><aspf>r</aspf><p>reject</p>
<sp>reject</sp><pct>100</pct></policy_published><record><row><source_ip>192.0.2.1</source_ip><count>12</count>
<policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
<identifiers><header_from>crepes.test</header_from></identifiers><auth_results><dkim><domain>crepes.test</domain>
<result>pass</result><selector>p1</selector></dkim><spf><domain>x.test</domain><result>pass</result></spf>
</auth_results></record></feedback>"""
TLS = {
    "organization-name": "Google Inc.",
    "date-range": {"start-datetime": "2026-11-27T00:00:00Z", "end-datetime": "2026-11-27T23:59:59Z"},
    "contact-info": "smtp-tls-reporting@google.com",
    "report-id": "2026-11-27T00:00:00Z_crepes.test",
    "policies": [
        {
            "policy": {
                "policy-type": "sts",
                "policy-string": ["version: STSv1"],
                "policy-domain": "crepes.test",
            },
            "summary": {"total-successful-session-count": 5326, "total-failure-session-count": 3},
            "failure-details": [
                {
                    "result-type": "certificate-expired",
                    "receiving-mx-hostname": "mx.crepes.test",
                    "failed-session-count": 3,
                }
            ],
        }
    ],
}


def zipped(*members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, data in enumerate(members):
            archive.writestr(f"{number}.xml", data)
    return buffer.getvalue()


@pytest.mark.parametrize("data", [OLD, gzip.compress(OLD, mtime=0), zipped(OLD)], ids=["bare", "gzip", "zip"])
def test_a_report_is_read(data: bytes) -> None:
    found = aggregate.parse(data)
    assert (found.reporter, found.id, found.policy.domain) == ("google.com", "1234567", "crepes.test")
    assert found.begins_at == datetime(2025, 11, 27, tzinfo=UTC)
    [row] = found.rows
    assert (row.ip, row.count, row.dkim, row.spf, row.disposition) == (
        "192.0.2.1",
        12,
        "pass",
        "fail",
        "none",
    )
    assert row.auth_dkim == (("crepes.test", "p1", "pass"),)


def test_what_we_write_is_read_again() -> None:
    row = Row(
        "2001:db8::1", 3, "reject", "fail", "fail", "shop.test", "evil<&>.test", "trusted_forwarder",
        ("evil.test", "mfrom", "pass"), (("list.test", "s1", "pass"),),
    )  # fmt: skip
    policy = Policy("shop.test", "reject", "quarantine", "reject", strict_dkim=True, is_testing=True)
    at = datetime(2026, 11, 27, tzinfo=UTC)
    report = Report("crepes.test", "postmaster@crepes.test", "1", at, at, policy, (row,))
    assert aggregate.parse(aggregate.write(report)) == report


BOMB = b"<!DOCTYPE a [<!ENTITY b 'lol'><!ENTITY c '&b;&b;&b;'>]><feedback>&c;</feedback>"
OUTSIDE = b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><feedback>&b;</feedback>"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<feedback/>",
        b"<other/>",
        BOMB,
        OUTSIDE,
        gzip.compress(BOMB, mtime=0),
        b"<a>" * 1000,
        OLD[:-30],
        gzip.compress(OLD, mtime=0)[:-20],
        gzip.compress(b" " * (report_file.MOST_BYTES + 1), mtime=0),
        zipped(b" " * (report_file.MOST_BYTES + 1)),
        zipped(OLD, OLD),
        zipped(),
        OLD.replace(b"192.0.2.1", b"<script>"),
        OLD.replace(b"<count>12", b"<count>many"),
        OLD.replace(b"1764201600", b"9" * 50),
        OLD.replace(b"<domain>Crepes.test</domain>", b""),
    ],
    ids=lambda data: f"{len(data)} bytes",
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(ReportError):
        aggregate.parse(data)


def test_a_report_of_tls_is_read() -> None:
    found = tls_report.parse(gzip.compress(json.dumps(TLS).encode(), mtime=0))
    assert (found.reporter, found.begins_at) == ("Google Inc.", datetime(2026, 11, 27, tzinfo=UTC))
    [policy] = found.policies
    assert (policy.kind, policy.domain, policy.successes, policy.failures) == ("sts", "crepes.test", 5326, 3)
    assert policy.details == (tls_report.Failure("certificate-expired", "mx.crepes.test", 3),)


@pytest.mark.parametrize(
    "change",
    [{"policies": None}, {"policies": [1]}, {"date-range": {}}, {"date-range": "x"}, {"report-id": None}],
)
def test_what_is_no_report_of_tls_is_refused(change: dict[str, object]) -> None:
    broken = json.dumps({name: value for name, value in (TLS | change).items() if value is not None})
    with pytest.raises(ReportError):
        tls_report.parse(broken.encode())
    with pytest.raises(ReportError):
        tls_report.parse(b"[" * 100_000)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for parse in (aggregate.parse, tls_report.parse):
        for packed in (data, gzip.compress(data, mtime=0), b"\x1f\x8b" + data, b"PK\x03\x04" + data):
            try:
                parse(packed)
            except ReportError:
                continue
