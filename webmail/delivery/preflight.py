"""What can be said of recipients before a letter goes: nothing is sent, nobody is asked but the DNS."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache

from mailserver.dns import Resolver
from mailserver.message.typo import meant
from mailserver.smtp import route
from webmail.models import (
    Account,
    DeliveryAttempt,
    OutboundMessage,
    OutboundRecipient,
    RecipientState,
    RemoteReport,
)
from webmail.store import queries

SECONDS = 3.0
"""How long an answer may take in all; what the DNS has not said by then is left unsaid."""

MOST = 20
_KEPT_SECONDS = 600
_LOOKED_AT = 300
_NO_ANSWER = "4.4.3"
_SIZE = re.compile(r"\bSIZE (\d{4,12})\b")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know of a recipient, `kind` says what.

    unknown: our own domain has no such address. gone: the domain doesn't exist, or has no mail host. silent:
    it accepts no mail (null MX). typo: `meant` is what was meant. limit: its host took at most `limit` bytes.
    refused, delayed: what became of the last message to them, at `at`, in the host's words (`text`).
    """

    address: str
    kind: str
    meant: str = ""
    limit: int = 0
    text: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Past:
    """What former attempts taught: of addresses the last result, of domains the size limit."""

    results: Mapping[str, Remark]
    limits: Mapping[str, int]


def remarks(account: Account, addresses: Sequence[str]) -> list[Remark]:
    """Say what is known of recipients, given in their one spelling."""
    asked = list(dict.fromkeys(addresses))[:MOST]
    domains = {address: address.rpartition("@")[2] for address in asked}
    own = queries.local_domains(set(domains.values()))
    leads = queries.resolve_addresses(address for address in asked if domains[address] in own)
    known = [*queries.contact_domains(account.pk), *own]
    past = _past(account.pk, asked)
    verdicts = _verdicts({domain for domain in domains.values() if domain not in own})
    found = []
    for address in asked:
        domain = domains[address]
        if domain in own:
            found += [] if leads[address] else [Remark(address, "unknown")]
        else:
            found += _remarks(address, verdicts.get(domain, ""), meant(domain, known))
        found += [past.results[address]] if address in past.results else []
        found += [Remark(address, "limit", limit=past.limits[domain])] if domain in past.limits else []
    return found


def size_limit(transcript: Iterable[Sequence[float | str]]) -> int:
    """The SIZE that a host announced (RFC 1870), in bytes; 0 when it announced none."""
    lines = (str(text) for _at, side, text in transcript if side == "S")
    sizes = [int(match[1]) for line in lines if (match := _SIZE.search(line))]
    return sizes[-1] if sizes else 0


def _remarks(address: str, verdict: str, typo: str) -> list[Remark]:
    local = address.rpartition("@")[0]
    if typo:
        return [Remark(address, "typo", meant=f"{local}@{typo}")]
    match verdict:
        case "5.1.10":
            return [Remark(address, "silent")]
        case "5.1.2" | "5.4.4":
            return [Remark(address, "gone")]
    return []


def _past(account_id: int, addresses: Collection[str]) -> _Past:
    """Read what became of the account's last messages to these domains: two statements.

    Index outbound_by_sent_message, constraint outbound_recipient; index attempt_of_recipient.
    """
    domains = {address.rpartition("@")[2] for address in addresses}
    sent = OutboundMessage.objects.filter(account_id=account_id, sent_message__isnull=False)
    recent = sent.order_by("-sent_message").values("pk")[:_LOOKED_AT]
    rows = OutboundRecipient.objects.filter(message__in=recent, domain__in=domains, attempt_count__gt=0)
    last_of_address: dict[str, OutboundRecipient] = {}
    last_of_domain: dict[str, OutboundRecipient] = {}
    for row in rows.order_by("-pk")[:_LOOKED_AT]:
        last_of_address.setdefault(row.address.lower(), row)
        last_of_domain.setdefault(row.domain, row)
    chosen = {row.pk: row for row in (*last_of_address.values(), *last_of_domain.values())}
    attempts = {
        row.recipient_id: row for row in DeliveryAttempt.objects.filter(recipient__in=chosen).order_by("pk")
    }
    told = _told_from_afar(chosen, attempts)
    results = {
        address: remark
        for address in addresses
        if (last := last_of_address.get(address))
        and (remark := _result(address, last, attempts.get(last.pk), told.get(last.pk)))
    }
    limits = {
        domain: limit
        for domain, row in last_of_domain.items()
        if row.pk in attempts and (limit := size_limit(attempts[row.pk].transcript))
    }
    return _Past(results, limits)


def _told_from_afar(
    rows: Mapping[int, OutboundRecipient], attempts: Mapping[int, DeliveryAttempt]
) -> dict[int, RemoteReport]:
    """The last report on each that had been taken and came back (report_of_recipient)."""
    back = [key for key, row in rows.items() if _came_back(row, attempts.get(key))]
    found = RemoteReport.objects.filter(recipient__in=back, action="failed").order_by("pk") if back else ()
    return {each.recipient_id: each for each in found}


def _came_back(row: OutboundRecipient, attempt: DeliveryAttempt | None) -> bool:
    return row.state == RecipientState.FAILED and attempt is not None and 200 <= attempt.code < 300


def _result(
    address: str, row: OutboundRecipient, attempt: DeliveryAttempt | None, told: RemoteReport | None
) -> Remark | None:
    if _came_back(row, attempt):
        return Remark(address, "refused", text=told.text[:300], at=told.received_at) if told else None
    kind = {RecipientState.FAILED: "refused", RecipientState.WAITING: "delayed"}.get(
        RecipientState(row.state)
    )
    if kind is None or attempt is None or attempt.finished_at is None:
        return None
    return Remark(address, kind, text=attempt.text[:300], at=attempt.finished_at)


def _verdicts(domains: Collection[str]) -> dict[str, str]:
    """Ask the DNS about domains that nobody asked about lately, several at once and not for long."""
    routes = route.Routes.parse(settings.MAIL_ROUTES)
    keys = {_key(domain): domain for domain in domains if not routes.find(domain)}
    kept: dict[str, str] = cache.get_many(keys) if keys else {}
    running = {_pool().submit(_ask, domain): key for key, domain in keys.items() if key not in kept}
    done, late = wait(running, timeout=SECONDS)
    for each in late:
        each.cancel()
    fresh = {running[each]: each.result() for each in done}
    learnt = {key: verdict for key, verdict in fresh.items() if verdict != _NO_ANSWER}
    if learnt:
        cache.set_many(learnt, _KEPT_SECONDS)
    return {keys[key]: verdict for key, verdict in (kept | learnt).items()}


def _ask(domain: str) -> str:
    """The enhanced code that mail to a domain would fail with, or "" when it has a mail host."""
    resolver = _resolver(settings.DNS_RESOLVER)
    try:
        hosts = route.hosts_for(domain, resolver, route.Routes())
        if hosts == (route.Host(domain),):
            route.addresses(hosts[0], resolver)
    except route.RouteError as error:
        return error.reply.enhanced
    return ""


def _key(domain: str) -> str:
    return f"preflight-{hashlib.sha256(domain.encode()).hexdigest()[:32]}"


@lru_cache
def _resolver(server: str) -> Resolver:
    """A resolver that gives up soon: somebody is typing."""
    return Resolver(server, lifetime=SECONDS * 2 / 3)


@lru_cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(8, thread_name_prefix="preflight")
