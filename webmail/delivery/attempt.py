"""One attempt at one destination: claim, connect once, hand over all that is due, record each fate."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from mailserver.dns import Resolver
from mailserver.smtp.client import Conversation, Options, Outgoing, Replies
from mailserver.smtp.dialer import Dialer, NoConversationError
from mailserver.smtp.patience import Deadline, Timeouts
from mailserver.smtp.reply import TROUBLE, Reply
from mailserver.smtp.route import Routes
from mailserver.smtp.transcript import Line, Transcript
from webmail.store import blobs
from webmail.store.queries import people

from . import lease, outcome, queue, to_local
from .owed import Claim, Owed, Parcel, Result

logger = logging.getLogger(__name__)


class Transport(Protocol):
    """A way to a destination: claims are carried one after the other, then it is closed."""

    def carry(self, claim: Claim) -> None:
        """Hand over what was claimed, and record what became of each recipient."""
        ...

    def close(self) -> None:
        """No more claims will follow."""
        ...


def deliver(domain: str) -> None:
    """Carry out everything that is due at one destination; nothing happens when nothing is."""
    claim = queue.claim_due(domain, timezone.now())
    if claim is None:
        return
    transport: Transport = to_local.ToLocal() if people.local_domains([domain]) else ToHost(domain)
    deadline = Deadline(timeouts().attempt)
    try:
        while claim:
            with lease.kept(claim):
                transport.carry(claim)
            claim = queue.claim_due(domain, timezone.now()) if deadline.left() else None
    finally:
        transport.close()


class ToHost:
    """Mail for another server: one connection for all that its domain is owed, made at the first message."""

    def __init__(self, domain: str) -> None:
        self._deadline = Deadline(timeouts().attempt)
        self._transcript = Transcript()
        options = Options(settings.MAIL_HOSTNAME, self._transcript, timeouts())
        routes = Routes.parse(settings.MAIL_ROUTES)
        self._dialer = Dialer(domain, resolver(), routes, options)
        self._conversation: Conversation | None = None
        self._no_way: Reply | None = None
        self._last: list[Result] = []

    def carry(self, claim: Claim) -> None:
        """Hand over each message; a host that can't be reached now is not tried again for the others."""
        for parcel, owed in claim.by_parcel():
            self._connect()
            try:
                replies = self._replies(parcel, owed)
            except Exception:
                # One message that always raises must not keep the others.
                logger.exception("outbound message %d could not be handed over", parcel.id)
                replies = dict.fromkeys((item.address for item in owed), TROUBLE)
            self._last = outcome.settle(claim.token, parcel, self._results(owed, replies))

    def close(self) -> None:
        """Say QUIT; what was recorded last gets the farewell into its transcript."""
        if self._conversation:
            self._conversation.quit()
            queue.complete_transcripts(
                replace(result, transcript=self._view(result.owed)) for result in self._last
            )

    def _connect(self) -> None:
        if self._no_way or (self._conversation and self._conversation.usable):
            return
        if self._conversation:
            self._conversation.close()
        try:
            self._conversation = self._dialer.open(self._deadline)
        except NoConversationError as error:
            self._conversation, self._no_way = None, error.reply

    def _replies(self, parcel: Parcel, owed: Sequence[Owed]) -> Replies:
        addresses = tuple(item.address for item in owed)
        if self._conversation is None:
            return dict.fromkeys(addresses, self._no_way or TROUBLE)
        content = parcel.prefix + blobs.read(parcel.blob_id)
        return self._conversation.send(
            Outgoing(parcel.id, parcel.mail_from, addresses, content), self._deadline
        )

    def _results(self, owed: Sequence[Owed], replies: Replies) -> list[Result]:
        host, ip, tls = "", "", ""
        if self._conversation:
            host, ip, tls = self._conversation.host, self._conversation.ip, self._conversation.tls
        return [Result(item, replies[item.address], host, ip, tls, self._view(item)) for item in owed]

    def _view(self, item: Owed) -> list[Line]:
        return self._transcript.view(item.parcel.id, item.address)


def timeouts() -> Timeouts:
    """How long we wait for other servers."""
    return Timeouts(**settings.SMTP_CLIENT_TIMEOUTS)


@lru_cache
def _resolver(server: str) -> Resolver:
    """One resolver a process, so that its cache serves all threads."""
    return Resolver(server)


def resolver() -> Resolver:
    """Return the operator's resolver, or the system's."""
    return _resolver(settings.DNS_RESOLVER)
