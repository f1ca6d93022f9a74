"""Reports that came by mail to the addresses of REPORTS_TO: found by the worker, read, and kept."""

import logging
import time
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from mailserver.authenticity import aggregate, tls_report
from mailserver.authenticity.report_file import ReportError
from mailserver.message import content, parser
from webmail.models import ReportKind
from webmail.store import blobs, reports
from webmail.store.queries import people
from webmail.store.reports import Line, Received

log = logging.getLogger(__name__)

_EVERY_SECONDS = 60.0
_WORKER_SECONDS = 5.0
_BATCH = 20
_LARGEST = 20 * 1024 * 1024
_TYPES = frozenset(
    {
        *("application/gzip", "application/x-gzip", "application/zip", "application/x-zip-compressed"),
        *("text/xml", "application/xml", "application/octet-stream"),
        *("application/tlsrpt+gzip", "application/tlsrpt+json"),
    }
)


class _Memory:
    """When this process looked last."""

    looked = -_EVERY_SECONDS


def take() -> int:
    """Read what came since the last time, for some seconds, once a minute; how many reports."""
    tick = time.monotonic()
    if tick - _Memory.looked < _EVERY_SECONDS:
        return 0
    _Memory.looked = tick
    return take_now(tick + _WORKER_SECONDS)


def take_now(deadline: float) -> int:
    """Read what came, until `deadline` (time.monotonic)."""
    count = 0
    for account_id in _accounts():
        for message_id, blob_id in reports.not_yet_read(account_id, _BATCH):
            count += sum(reports.save(found, timezone.now()) for found in _reports(blob_id))
            reports.read_up_to(account_id, message_id)
            if time.monotonic() > deadline:
                return count
    return count


def _accounts() -> list[int]:
    """Whom the addresses lead to: those of the setting, or everybody's postmaster."""
    domains = settings.MAIL_DOMAINS or [people.first_domain()]
    addresses = settings.REPORTS_TO or [f"postmaster@{domain}" for domain in domains if domain]
    found = people.resolve_recipients(addresses)
    return sorted({each.account_id for leads in found.values() for each in leads})


def _reports(blob_id: int) -> Iterator[Received]:
    """Read the reports in a message; files that are none are passed over."""
    raw = blobs.read(blob_id)
    if len(raw) > _LARGEST:
        return
    root = parser.parse(raw)
    is_tls = root.content_type == "multipart/report" or b"tlsrpt" in raw[: root.body].lower()
    for _, part in root.walk():
        if part.children or part.content_type not in _TYPES:
            continue
        data = content.decoded(raw, part)
        try:
            yield from _tls(data) if is_tls or "json" in part.filename.lower() else _dmarc(data)
        except ReportError as error:
            log.info("A file that came for reports is none: %s", error)


def _dmarc(data: bytes) -> Iterator[Received]:
    report = aggregate.parse(data)
    lines = [
        Line(
            row.ip,
            row.count,
            "pass" in {row.dkim, row.spf},
            f"dkim={row.dkim} spf={row.spf} {row.disposition}",
        )
        for row in report.rows
    ]
    yield Received(
        kind=ReportKind.DMARC,
        reporter=report.reporter,
        id=report.id,
        domain=report.policy.domain,
        begins_at=report.begins_at,
        ends_at=report.ends_at,
        lines=lines,
        passed=sum(line.count for line in lines if line.passed),
        failed=sum(line.count for line in lines if not line.passed),
    )


def _tls(data: bytes) -> Iterator[Received]:
    report = tls_report.parse(data)
    for policy in report.policies:
        lines = [Line(policy.kind, policy.successes, True, "")] if policy.successes else []
        lines += [Line(each.host, each.count, False, each.kind) for each in policy.details]
        yield Received(
            kind=ReportKind.TLS,
            reporter=report.reporter,
            id=f"{report.id} {policy.kind}"[:255],
            domain=policy.domain,
            begins_at=report.begins_at,
            ends_at=report.ends_at,
            lines=lines,
            passed=policy.successes,
            failed=policy.failures,
        )
