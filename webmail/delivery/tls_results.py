"""How encryption to other domains went, counted by the day: what a TLS report tells them (RFC 8460)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from mailserver.smtp.dialer import TlsSession
from webmail.models import TlsResult

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """What happened so often to a domain on one day; `result` "" is success (RFC 8460 §4.3)."""

    source: str
    policy: tuple[str, ...]
    mx_host: str
    sending_ip: str
    receiving_ip: str
    result: str
    reason: str
    count: int


def note(domain: str, sessions: Iterable[TlsSession], now: datetime) -> None:
    """Count how connections to a domain went: a statement for each kind that was met before today."""
    for session in sessions:
        _count(domain, session, now.astimezone(UTC).date())


def of_day(day: date) -> dict[str, list[Line]]:
    """Tell by domain what happened on a day of UTC: what its reports say (constraint tls_result)."""
    found: dict[str, list[Line]] = {}
    for row in TlsResult.objects.filter(day=day).order_by("domain", "pk"):
        line = Line(
            row.source,
            tuple(row.policy.splitlines()),
            row.mx_host,
            row.sending_ip,
            row.receiving_ip,
            row.result,
            row.reason,
            row.count,
        )
        found.setdefault(row.domain, []).append(line)
    return found


def forget_old(now: datetime) -> None:
    """Delete what no report tells any more."""
    TlsResult.objects.filter(day__lt=(now - KEPT).astimezone(UTC).date()).delete()


def _count(domain: str, session: TlsSession, day: date) -> None:
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
