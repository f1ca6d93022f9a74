"""The MTA-STS policies of other domains: fetched once, kept as long as they say (RFC 8461)."""

from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from mailserver import sts_fetch
from mailserver.authenticity.tls_report_writer import Session
from mailserver.dns import NoAnswerError, NoSuchNameError, Resolver
from mailserver.smtp import sts
from mailserver.smtp.sts import Policy
from mailserver.web import Web
from webmail.models import StsPolicy

from . import tls_results

_AGAIN = timedelta(minutes=5)
"""So long a policy that could not be had is not asked for again (RFC 8461 §3.3)."""


def policy_of(domain: str, resolver: Resolver) -> Policy | None:
    """Return the policy that holds for a domain now; None where it has none, or none could ever be had.

    One that was kept holds until its time is over, also while DNS or web server say nothing (§5.1). One
    statement and a look into the DNS; a fetch when the domain announces another policy than we have.
    """
    now = timezone.now()
    kept = StsPolicy.objects.filter(pk=domain).first()
    held = _held(kept, now)
    announced = _announced(domain, resolver)
    if not announced or (kept and held and announced == kept.policy_id):
        return held
    if kept and now - kept.fetched_at < _AGAIN and (kept.problem or announced == kept.policy_id):
        return held
    return _fetched(domain, announced, now) or held


def renew(domain: str, resolver: Resolver) -> None:
    """Fetch the policy that a domain announces, whatever is kept; one that announces none keeps its own."""
    if announced := _announced(domain, resolver):
        _fetched(domain, announced, timezone.now())


def _held(kept: StsPolicy | None, now: datetime) -> Policy | None:
    """Read a policy that was kept, as long as it holds."""
    if kept is None or kept.expires_at is None or kept.expires_at <= now:
        return None
    return sts.parse(kept.text)


def _announced(domain: str, resolver: Resolver) -> str:
    """Ask which policy a domain announces; "" when none, or when the DNS does not say."""
    try:
        return sts.record_id(resolver.txt(f"_mta-sts.{domain}"))
    except (NoSuchNameError, NoAnswerError):
        return ""


def _fetched(domain: str, policy_id: str, now: datetime) -> Policy | None:
    """Fetch a policy and keep it; where that fails, note when, and leave the one before as it is."""
    try:
        policy = sts_fetch.fetch(web(settings.DNS_RESOLVER), domain)
    except sts_fetch.FetchError as error:
        noted = {"fetched_at": now, "problem": f"{error.result}: {error}"[:200]}
        StsPolicy.objects.update_or_create(domain=domain, defaults=noted)
        # Its owner is told of it as of a connection that failed (RFC 8460 §4.3.2.2).
        tls_results.note(domain, [Session("sts", (), "", "", "", error.result, str(error))], now)
        return None
    kept = {
        "policy_id": policy_id,
        "text": "\n".join(policy.lines()),
        "fetched_at": now,
        "expires_at": now + timedelta(seconds=policy.max_age),
        "problem": "",
    }
    StsPolicy.objects.update_or_create(domain=domain, defaults=kept)
    return policy


@lru_cache
def web(server: str) -> Web:
    """The open web, by the operator's resolver or the system's."""
    return Web(Resolver(server))
