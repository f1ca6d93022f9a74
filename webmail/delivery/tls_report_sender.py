"""Our own TLS reports (RFC 8460): how mail to a domain was encrypted yesterday, told once to who asks."""

import logging
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from email.utils import make_msgid

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mailserver.authenticity import tls_report_writer as writer
from mailserver.dns import NoAnswerError, NoSuchNameError
from mailserver.message.address import AddressError, normalise
from webmail.store import blobs
from webmail.store.queries import people

from . import signing, tls_results
from .onward import Onward, enqueue
from .resolving import resolver

log = logging.getLogger(__name__)

_MOST_ADDRESSES = 3
_PATIENCE = timedelta(days=3)


def send(now: datetime | None = None) -> int:
    """Owe a report for each domain and day that is over; how many. Safe to call at any time."""
    today = (now or timezone.now()).astimezone(UTC).date()
    count = 0
    for day, domain in tls_results.waiting(today):
        try:
            count += _send(day, domain)
        except NoAnswerError as error:
            if today - day > _PATIENCE:
                tls_results.forget(day, domain)
            log.info("No TLS report to %s yet: %s", domain, error)
    return count


def _send(day: date, domain: str) -> int:
    wanted = _wanted(domain) if settings.TLS_REPORTS else []
    local = people.first_domain()
    if not (wanted and local):
        tls_results.forget(day, domain)
        return 0
    report = _report(day, domain, local)
    packed = [(each, *_message(report, each)) for each in wanted]
    with transaction.atomic():
        if not tls_results.forget(day, domain):
            # Another worker was faster.
            return 0
        saved = blobs.save_many([blobs.pack(raw) for _, raw, _ in packed])
        enqueue(
            [
                Onward(
                    None, f"tlsrpt-{day:%Y%m%d}-{number}-{domain}"[:64], blob.pk, address, prefix=signature
                )
                for number, ((address, _, signature), blob) in enumerate(zip(packed, saved, strict=True))
            ],
            timezone.now(),
        )
    return len(packed)


def _wanted(domain: str) -> list[str]:
    """Ask where a domain wants its reports; raises NoAnswerError."""
    try:
        found = writer.addresses(resolver().txt(f"_smtp._tls.{domain}"))
    except NoSuchNameError:
        return []
    return [address for address in found[:_MOST_ADDRESSES] if _is_address(address)]


def _is_address(text: str) -> bool:
    try:
        normalise(text)
    except AddressError:
        return False
    return True


def _report(day: date, domain: str, local: str) -> writer.Report:
    begins = datetime.combine(day, clock_time.min, UTC)
    name = f"{begins:%Y%m%d}.{domain}@{settings.MAIL_HOSTNAME}"
    return writer.Report(local, domain, name, begins, tuple(tls_results.of(day, domain)))


def _message(report: writer.Report, address: str) -> tuple[bytes, bytes]:
    """Write the mail of a report, and its signature, which it must have (RFC 8460 §3)."""
    now = timezone.now()
    raw = writer.mail(report, address, make_msgid(domain=report.reporter), now)
    return raw, signing.signature(raw, f"postmaster@{report.reporter}", now)
