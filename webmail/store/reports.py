"""Reports about mail in our name: kept once, summed up for a chart, forgotten after a year."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from webmail.models import MailReport, MailReportRow, Message, ReportIntake, ReportKind

KEPT = timedelta(days=400)
_MOST_ROWS = 20_000
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a report."""

    source: str
    count: int
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Received:
    """A report of either kind."""

    kind: ReportKind
    reporter: str
    id: str
    domain: str
    begins_at: datetime
    ends_at: datetime
    lines: Sequence[Line]
    passed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Day:
    """How mail in our name fared on a day, by all reports together."""

    day: date
    passed: int
    failed: int


def save(found: Received, at: datetime) -> bool:
    """Keep a report; one that is there already changes nothing, and False is returned."""
    with transaction.atomic():
        report, made = MailReport.objects.get_or_create(
            kind=found.kind,
            reporter=found.reporter,
            report_id=found.id,
            domain=found.domain,
            defaults={
                "begins_at": found.begins_at,
                "ends_at": found.ends_at,
                "received_at": at,
                "passed": found.passed,
                "failed": found.failed,
            },
        )
        if made:
            rows = (
                MailReportRow(
                    report=report,
                    source=line.source,
                    count=line.count,
                    passed=line.passed,
                    detail=line.detail,
                )
                for line in found.lines[:_MOST_ROWS]
            )
            MailReportRow.objects.bulk_create(rows, batch_size=_BATCH)
    return made


def days(kind: ReportKind, since: datetime) -> dict[str, list[Day]]:
    """Sum up the reports by domain and day since then (index mail_report_newest)."""
    rows = (
        MailReport.objects.filter(kind=kind, begins_at__gte=since)
        .annotate(day=TruncDate("begins_at"))
        .order_by("domain", "day")
        .values_list("domain", "day")
        .annotate(good=Sum("passed"), bad=Sum("failed"))
    )
    found: dict[str, list[Day]] = defaultdict(list)
    for domain, day, passed, failed in rows:
        found[domain].append(Day(day, passed, failed))
    return dict(found)


def not_yet_read(account_id: int, most: int) -> list[tuple[int, int]]:
    """The messages with files that came since the last look, (id, blob), the oldest first (primary key)."""
    known = ReportIntake.objects.filter(account_id=account_id).values_list("last_message_id", flat=True)
    last = known.first()
    if last is None:
        # The first look: what came before is not searched.
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        ReportIntake.objects.get_or_create(account_id=account_id, defaults={"last_message_id": newest})
        return []
    rows = Message.objects.filter(account_id=account_id, pk__gt=last, has_attachment=True).order_by("pk")
    return list(rows.values_list("pk", "blob_id")[:most])


def read_up_to(account_id: int, message_id: int) -> None:
    """Note how far an account was searched."""
    ReportIntake.objects.filter(account_id=account_id).update(last_message_id=message_id)


def forget_old() -> int:
    """Delete reports of more than a year ago."""
    return MailReport.objects.filter(begins_at__lt=timezone.now() - KEPT).delete()[0]
