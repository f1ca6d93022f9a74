"""Our own reports of DMARC (RFC 9990): what came yesterday in the name of who asks for it, told once."""

import gzip
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from email.utils import make_msgid
from functools import partial

from django.conf import settings
from django.utils import timezone

from mailserver.authenticity import aggregate, dmarc, dmarc_record
from mailserver.authenticity.aggregate import Policy, Report, Row
from mailserver.dns import NoSuchNameError
from mailserver.message import compose
from mailserver.message.address import Address, AddressError, domain_of, normalise, of_spec
from webmail.store import tallies
from webmail.store.queries import people

from . import report_post, signing
from .report_post import Letter
from .resolving import resolver

_MOST_ROWS = 10_000
_MOST_ADDRESSES = 3


def send(now: datetime | None = None) -> int:
    """Owe a report for each domain and day that is over; how many. Safe to call at any time."""
    return report_post.send(now, tallies.waiting, _post, tallies.forget)


def _post(day: date, domain: str) -> int:
    rows = tallies.of(day, domain, _MOST_ROWS) if settings.DMARC_REPORTS else []
    asked = rows[0][1]["reports_to"][:_MOST_ADDRESSES] if rows else []
    wanted = [each for each in asked if _is_willing(domain, each)]
    local = people.first_domain()
    if not (wanted and local):
        tallies.forget(day, domain)
        return 0
    report = _report(day, Policy(**rows[0][1]["policy"]), _rows(rows), local)
    letters = [Letter(each, *_message(report, each, local)) for each in wanted]
    return report_post.owe(f"dmarc-{day:%Y%m%d}-{domain}", letters, partial(tallies.forget, day, domain))


def _is_willing(domain: str, address: str) -> bool:
    """Tell whether an address may be sent reports about a domain (RFC 9990 §4); raises NoAnswerError."""
    try:
        other = domain_of(normalise(address))
    except AddressError:
        return False
    asking = resolver()
    if dmarc.organization_of(other, asking) == dmarc.organization_of(domain, asking):
        return True
    try:
        records = asking.txt(f"{domain}._report._dmarc.{other}")
    except NoSuchNameError:
        return False
    return any(dmarc_record.parse(record) for record in records)


def _rows(found: Iterable[tuple[int, dict[str, object], int]]) -> Iterator[Row]:
    for _, facts, count in found:
        row = facts["row"]
        assert isinstance(row, dict)
        yield Row(**{**row, "count": count})


def _report(day: date, policy: Policy, rows: Iterable[Row], local: str) -> Report:
    begins = datetime.combine(day, clock_time.min, UTC)
    return Report(
        reporter=local,
        contact=f"postmaster@{local}",
        id=f"{begins:%Y%m%d}.{policy.domain}@{settings.MAIL_HOSTNAME}",
        begins_at=begins,
        ends_at=begins + timedelta(days=1, seconds=-1),
        policy=policy,
        rows=tuple(rows),
    )


def _message(report: Report, address: str, local: str) -> tuple[bytes, bytes]:
    """Write the mail of a report (RFC 9990 §3.2), and its signature."""
    begin, end = int(report.begins_at.timestamp()), int(report.ends_at.timestamp())
    name = f"{local}!{report.policy.domain}!{begin}!{end}.xml.gz"
    now = timezone.now()
    draft = compose.Draft(
        from_=(Address("", "postmaster", local),),
        to=(of_spec(address),),
        subject=f"Report Domain: {report.policy.domain} Submitter: {local} Report-ID: <{report.id}>",
        text=f"What {local} saw on {report.begins_at:%F} of mail in the name of {report.policy.domain}.\n",
        attachments=(compose.Attachment(name, "application/gzip", gzip.compress(aggregate.write(report))),),
        message_id=make_msgid(domain=local).strip("<>"),
        date=now,
        automatic="auto-generated",
    )
    raw = compose.compose(draft)
    return raw, signing.signature(raw, f"postmaster@{local}", now)
