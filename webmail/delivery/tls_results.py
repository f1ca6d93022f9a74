"""How encryption to other domains went, counted by the day: what a TLS report tells them (RFC 8460)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from mailserver.authenticity.tls_report_writer import Session
from webmail.models import TlsResult

KEPT = timedelta(days=30)


def note(domain: str, sessions: Iterable[Session], now: datetime) -> None:
    """Count how connections to a domain went: a statement for each kind that was met before today."""
    for session in sessions:
        _count(domain, session, now.astimezone(UTC).date())


def waiting(before: date) -> list[tuple[date, str]]:
    """The days before this one, and domains, of which something is to be told (constraint tls_result)."""
    rows = TlsResult.objects.filter(day__lt=before).values_list("day", "domain").distinct()
    return sorted(rows)


def of(day: date, domain: str) -> list[Session]:
    """Tell what happened to a domain on a day of UTC (constraint tls_result)."""
    return [
        Session(
            row.source,
            tuple(row.policy.splitlines()),
            row.mx_host,
            row.sending_ip,
            row.receiving_ip,
            row.result,
            row.reason,
            row.count,
        )
        for row in TlsResult.objects.filter(day=day, domain=domain).order_by("pk")
    ]


def forget(day: date, domain: str) -> int:
    """Delete what was told, or nobody wants to hear; how many lines."""
    return TlsResult.objects.filter(day=day, domain=domain).delete()[0]


def forget_old(now: datetime) -> None:
    """Delete what no report tells any more."""
    TlsResult.objects.filter(day__lt=(now - KEPT).astimezone(UTC).date()).delete()


def _count(domain: str, session: Session, day: date) -> None:
    alike = {
        "day": day,
        "domain": domain,
        "source": session.source,
        "mx_host": session.mx_host[:255],
        "sending_ip": session.sending_ip,
        "receiving_ip": session.receiving_ip,
        "result": session.result,
    }
    rows = TlsResult.objects.filter(**alike)
    if rows.update(count=F("count") + 1):
        return
    try:
        with transaction.atomic():
            policy = "\n".join(session.policy)
            TlsResult.objects.create(**alike, policy=policy, reason=session.reason[:200], count=1)
    except IntegrityError:
        # Another worker met the first one of its kind at the same moment.
        rows.update(count=F("count") + 1)
