"""Whether a message from outside is taken, asked before it is stored: lists, sender, filter, greylisting.

What is refused is noted for those it was meant for.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from django.conf import settings
from django.db import Error
from django.utils import timezone

from mailserver import dnsbl
from mailserver.authenticity.check import Checks
from mailserver.dns import Resolver
from mailserver.message import header
from mailserver.message.address import domain_of
from mailserver.smtp.envelope import Envelope, Findings, Opinion
from mailserver.smtp.reply import Reply
from webmail.models import Why
from webmail.store import rejects

from . import greylist, verdict
from .examine import Examiner, SenderChecks
from .tally import Tally

log = logging.getLogger(__name__)

_MARK = "add header"
_DNS_SECONDS = 1.0
_HEAD = 16 * 1024


class Refusal(NamedTuple):
    """What a message is refused with, and why."""

    why: Why
    reply: Reply


class Reception:
    """Asks what the settings want to be asked; may be shared by threads."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._checks = SenderChecks()
        self._severity = verdict.Severity(settings.DMARC_FAILURES)
        self._examiner = Examiner(settings.RSPAMD_URL) if settings.RSPAMD_URL else None
        self._resolver = Resolver(settings.DNS_RESOLVER, _DNS_SECONDS) if settings.DNSBL_ZONES else None

    def covers(self, ip: str) -> bool:
        """Tell whether there is anything to ask about mail of a peer; never blocks."""
        asks = self._examiner or self._resolver or settings.GREYLIST_SECONDS
        return bool(asks) or self._checks.covers(ip)

    def examine(self, envelope: Envelope, recipients: Callable[[], Mapping[int, str]]) -> Findings | Reply:
        """Say what was found out about a message, or the refusal.

        `recipients` looks up addresses by account, which only greylisting and a refusal want to know.
        """
        found = self._ask(envelope, recipients)
        if not isinstance(found, Refusal):
            return found
        log.info("Refused from %s <%s>: %s", envelope.peer.ip, envelope.mail_from, found.reply.line())
        _note(envelope, recipients(), found)
        return found.reply

    def _ask(self, envelope: Envelope, recipients: Callable[[], Mapping[int, str]]) -> Findings | Refusal:
        zone = dnsbl.listed(self._resolver, envelope.peer.ip, settings.DNSBL_ZONES) if self._resolver else ""
        if zone and settings.DNSBL_ACTION == "refuse":
            return Refusal(Why.LISTED, verdict.listed(envelope.peer.ip, zone))
        found = Findings(checks=self._checked(envelope))
        if refused := verdict.refusal(found, self._severity):
            return Refusal(Why.FORGED, refused)
        if self._examiner:
            found = replace(found, opinion=self._examiner(envelope))
        if refused := verdict.refusal(found, self._severity):
            return Refusal(Why.LATER if refused.temporary else Why.SPAM, refused)
        if settings.GREYLIST_SECONDS and _is_early(envelope, found.checks, recipients):
            return Refusal(Why.LATER, verdict.GREYLISTED)
        return replace(found, opinion=_marked(found.opinion, zone))

    def _checked(self, envelope: Envelope) -> Checks | None:
        """Find out who the sender is, and count it for the reports to its domain."""
        checks = self._checks(envelope)
        if checks:
            disposition = verdict.disposition(checks, self._severity)
            peer = envelope.peer.ip
            self.tally.note(checks, peer, envelope.mail_from, disposition, envelope.received_at)
        return checks


def _is_early(envelope: Envelope, checks: Checks | None, recipients: Callable[[], Mapping[int, str]]) -> bool:
    """Let nobody wait who is proven to be the sender: it won't be one of those who never come again."""
    if checks and envelope.mail_from and checks.proves(domain_of(envelope.mail_from)):
        return False
    return greylist.is_early(envelope, recipients().keys(), timezone.now())


def _marked(opinion: Opinion | None, zone: str) -> Opinion | None:
    """Let what comes from a server on a list go to Spam, unless its recipients know who sends it."""
    if not zone:
        return opinion
    symbols = (*(opinion.symbols if opinion else ()), f"RBL_{zone}")
    return replace(opinion or Opinion(_MARK), action=_MARK, symbols=symbols)


def _note(envelope: Envelope, recipients: Mapping[int, str], refusal: Refusal) -> None:
    """Keep envelope and header for a week; mail is refused all the same when that fails."""
    head = envelope.content[: envelope.content.find(b"\r\n\r\n") + 2][:_HEAD]
    fields = header.by_name(header.fields(head))
    refused = rejects.Refused(
        why=refusal.why,
        reply=refusal.reply.line(),
        ip=envelope.peer.ip,
        mail_from=envelope.mail_from,
        recipients=recipients,
        message_id=header.decode(fields.get("message-id", b"")).strip().strip("<>"),
        from_text=header.decode(fields.get("from", b"")),
        subject=header.decode(fields.get("subject", b"")),
        head=header.text_of(head),
    )
    try:
        rejects.note([refused], timezone.now())
    except Error as trouble:
        log.error("What was refused could not be noted: %s", trouble)  # noqa: TRY400 — each would repeat it
