"""TLS reports of our own (RFC 8460 §4.4): how mail to another domain got through encrypted, written."""

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_DEMANDED = ("sts", "tlsa")
_AGENT = "v=TLSRPTv1"


@dataclass(frozen=True, slots=True)
class Session:
    """How the encryption of connections went, `count` times so; `result` "" is well (RFC 8460 §4.3).

    `source` is what demanded it: "sts", "tlsa" or "none"; `policy` its lines.
    """

    source: str
    policy: tuple[str, ...]
    mx_host: str
    sending_ip: str
    receiving_ip: str
    result: str = ""
    reason: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """A day, from `begins_at`, of mail from the domain `reporter` to the domain `domain`."""

    reporter: str
    domain: str
    id: str
    begins_at: datetime
    sessions: tuple[Session, ...]


def addresses(records: Iterable[bytes]) -> list[str]:
    """Read from the records at _smtp._tls where reports go by mail; [] unless one record says so (§3)."""
    found = [record.decode("utf-8", "replace") for record in records]
    wanted = [record for record in found if record.partition(";")[0].strip() == _AGENT]
    if len(wanted) != 1:
        return []
    fields = (field.strip() for field in wanted[0].split(";"))
    targets = (field.partition("=")[2] for field in fields if field.replace(" ", "").startswith("rua="))
    uris = (uri.strip() for value in targets for uri in value.split(","))
    return [uri.removeprefix("mailto:").partition("?")[0] for uri in uris if uri.startswith("mailto:")]


def write(report: Report) -> bytes:
    """Write the JSON of a report."""
    written = {
        "organization-name": report.reporter,
        "date-range": {"start-datetime": _stamp(report.begins_at), "end-datetime": _stamp(_end(report))},
        "contact-info": f"postmaster@{report.reporter}",
        "report-id": report.id,
        "policies": [_policy(report, *policy) for policy in dict.fromkeys(map(_under, report.sessions))],
    }
    return json.dumps(written).encode()


def mail(report: Report, to: str, message_id: str, now: datetime) -> bytes:
    """Write the message that brings a report (§5.3)."""
    begin, end = int(report.begins_at.timestamp()), int(_end(report).timestamp())
    name = f"{report.reporter}!{report.domain}!{begin}!{end}.json.gz"
    about = f"Report Domain: {report.domain} Submitter: {report.reporter}"
    day = f"{report.begins_at:%Y-%m-%d}"
    message = EmailMessage(policy=SMTP)
    message["From"] = f"postmaster@{report.reporter}"
    message["To"] = to
    message["Subject"] = f"{about} Report-ID: <{report.id}>"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    message["TLS-Report-Domain"] = report.domain
    message["TLS-Report-Submitter"] = report.reporter
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"How mail from {report.reporter} to {report.domain} was encrypted on {day}.\n")
    packed = gzip.compress(write(report), mtime=0)
    message.add_attachment(packed, maintype="application", subtype="tlsrpt+gzip", filename=name)
    message.set_type("multipart/report")
    message.set_param("report-type", "tlsrpt")
    return message.as_bytes()


def _under(session: Session) -> tuple[str, tuple[str, ...]]:
    return session.source, session.policy


def _policy(report: Report, source: str, lines: Sequence[str]) -> dict[str, object]:
    mine = [session for session in report.sessions if _under(session) == (source, lines)]
    failed = [session for session in mine if session.result]
    return {
        "policy": {
            "policy-type": source if source in _DEMANDED else "no-policy-found",
            "policy-string": list(lines),
            "policy-domain": report.domain,
        },
        "summary": {
            "total-successful-session-count": sum(each.count for each in mine if not each.result),
            "total-failure-session-count": sum(each.count for each in failed),
        },
        "failure-details": [_failure(session) for session in failed],
    }


def _failure(session: Session) -> dict[str, object]:
    fields = {
        "result-type": session.result,
        "sending-mta-ip": session.sending_ip,
        "receiving-mx-hostname": session.mx_host,
        "receiving-ip": session.receiving_ip,
        "failure-reason-code": session.reason,
    }
    known: dict[str, object] = {name: value for name, value in fields.items() if value}
    return known | {"failed-session-count": session.count}


def _end(report: Report) -> datetime:
    return report.begins_at + timedelta(days=1, seconds=-1)


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
