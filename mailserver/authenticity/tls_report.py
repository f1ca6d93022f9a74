"""TLS reports (RFC 8460): how the mail of others to us got through encrypted, read."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .report_file import ReportError, unpacked

_MOST = 10_000
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Failure:
    """A kind of failure: "starttls-not-supported", "certificate-expired" …, at a host of ours."""

    kind: str
    host: str
    count: int


@dataclass(frozen=True, slots=True)
class TlsPolicy:
    """What was seen under one policy (sts, tlsa, no-policy-found) for a domain of ours."""

    kind: str
    domain: str
    successes: int
    failures: int
    details: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class TlsReport:
    """One report."""

    reporter: str
    id: str
    begins_at: datetime
    ends_at: datetime
    policies: tuple[TlsPolicy, ...]


def parse(data: bytes) -> TlsReport:
    """Read a file as it was attached; raises ReportError."""
    try:
        found = json.loads(unpacked(data))
        dates = found["date-range"]
        return TlsReport(
            reporter=_text(found.get("organization-name") or found.get("contact-info", "")),
            id=_text(found["report-id"]),
            begins_at=_moment(dates["start-datetime"]),
            ends_at=_moment(dates["end-datetime"]),
            policies=tuple(_policy(each) for each in found["policies"][:_MOST]),
        )
    except ReportError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReportError("not a report of TLS") from error


def _policy(found: dict[str, Any]) -> TlsPolicy:
    policy, summary = found["policy"], found["summary"]
    return TlsPolicy(
        kind=_text(policy["policy-type"]),
        domain=_text(policy.get("policy-domain", "")).lower(),
        successes=_count(summary["total-successful-session-count"]),
        failures=_count(summary["total-failure-session-count"]),
        details=tuple(
            Failure(
                _text(each["result-type"]),
                _text(each.get("receiving-mx-hostname", "")),
                _count(each.get("failed-session-count", 0)),
            )
            for each in found.get("failure-details", [])[:_MOST]
        ),
    )


def _text(value: object) -> str:
    return "".join(filter(str.isprintable, str(value)))[:_LONGEST]


def _count(value: object) -> int:
    return min(max(int(str(value)[:12]), 0), 10**9)


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
