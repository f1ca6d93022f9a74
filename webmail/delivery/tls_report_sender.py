"""Our own TLS reports (RFC 8460): how mail to a domain was encrypted yesterday, told once to who asks."""

from datetime import UTC, date, datetime
from datetime import time as clock_time
from email.utils import make_msgid
from functools import partial

from django.conf import settings
from django.utils import timezone

from mailserver.authenticity import tls_report_writer as writer
from mailserver.dns import NoSuchNameError
from mailserver.message.address import AddressError, normalise
from webmail.store.queries import people

from . import report_post, signing, tls_results
from .report_post import Letter
from .resolving import resolver

_MOST_ADDRESSES = 3


def send(now: datetime | None = None) -> int:
    """Owe a report for each domain and day that is over; how many. Safe to call at any time."""
    return report_post.send(now, tls_results.waiting, _post, tls_results.forget)


def _post(day: date, domain: str) -> int:
    wanted = _wanted(domain) if settings.TLS_REPORTS else []
    local = people.first_domain()
    if not (wanted and local):
        tls_results.forget(day, domain)
        return 0
    report = _report(day, domain, local)
    letters = [Letter(each, *_message(report, each)) for each in wanted]
    return report_post.owe(f"tlsrpt-{day:%Y%m%d}-{domain}", letters, partial(tls_results.forget, day, domain))


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
