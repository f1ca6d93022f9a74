"""One attempt at one destination: claim, connect once, hand over all that is due, note each outcome."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from mailserver.smtp.client import Conversation, Options, Replies
from mailserver.smtp.dialer import Dialer, NoConversationError
from mailserver.smtp.outgoing import Outgoing
from mailserver.smtp.patience import Deadline, Timeouts
from mailserver.smtp.reply import TROUBLE, Reply
from mailserver.smtp.route import Routes
from mailserver.smtp.transcript import Line, Transcript
from webmail.store.queries import people

from . import fate, lanes, lease, queue, to_local
from .contents import Contents
from .fault import guarded
from .ledger import Ledger
from .owed import Claim, Owed, Parcel, Result, Settled
from .resolving import resolver
from .turn import Turn


class Transport(Protocol):
    """A way to a destination: claims are carried one after the other, then it is closed."""

    def carry(self, claim: Claim, ledger: Ledger, turn: Turn) -> None:
        """Hand over what was claimed, and note what became of each message; give back what is too much."""
        ...

    def close(self) -> None:
        """No more claims will follow."""
        ...


def deliver(domain: str) -> None:
    """Carry out what is due at one destination; nothing happens when nothing is, or no place is free.

    After a minute its turn is over: the sweep sends what is left to the end of the line.
    """
    silent = queue.is_silent(domain)
    with lanes.of_process.lane(domain, silent=silent) as allowed:
        if allowed and (claim := queue.claim_due(domain, timezone.now())):
            _carry_all(domain, claim, silent=silent)


def _carry_all(domain: str, claim: Claim | None, *, silent: bool) -> None:
    patience = timeouts() if silent else timeouts().hasty()
    transport: Transport = to_local.ToLocal() if people.local_domains([domain]) else ToHost(domain, patience)
    turn = Turn()
    try:
        while claim:
            ledger = Ledger(claim.token)
            with lease.kept(claim, ledger):
                transport.carry(claim, ledger, turn)
            claim = None if turn.over else queue.claim_due(domain, timezone.now())
    finally:
        transport.close()


class ToHost:
    """Mail for another server: one connection for all that its domain is owed, made at the first message."""

    def __init__(self, domain: str, patience: Timeouts) -> None:
        self._patience = patience
        self._deadline = Deadline(patience.attempt)
        self._transcript = Transcript()
        options = Options(settings.MAIL_HOSTNAME, self._transcript, patience)
        routes = Routes.parse(settings.MAIL_ROUTES)
        self._dialer = Dialer(domain, resolver(), routes, options)
        self._conversation: Conversation | None = None
        self._no_way: Reply | None = None
        self._last: list[Result] = []

    def carry(self, claim: Claim, ledger: Ledger, turn: Turn) -> None:
        """Hand over each message; a host that can't be reached now is not tried again for the others."""
        parcels = claim.by_parcel()
        contents = Contents([parcel for parcel, _ in parcels])
        for number, (parcel, owed) in enumerate(parcels):
            if turn.over and self._no_way is None:
                rest = [item for _, items in parcels[number:] for item in items]
                queue.give_back(claim, rest, timezone.now())
                break
            hand_over = partial(self._results, parcel, owed, contents)
            ledger.note(Settled(parcel, guarded(parcel, owed, hand_over)))
        self._last = ledger.write()
        for parcel, _ in parcels[:-1]:
            self._transcript.forget(parcel.id)

    def close(self) -> None:
        """Say QUIT; what was recorded last gets the farewell into its transcript."""
        if self._conversation:
            self._conversation.quit()
            fate.complete_transcripts(
                replace(result, transcript=self._view(result.owed)) for result in self._last
            )

    def _results(self, parcel: Parcel, owed: Sequence[Owed], contents: Contents) -> list[Result]:
        self._connect()
        replies = self._replies(parcel, owed, contents)
        host, ip, tls = "", "", ""
        if self._conversation:
            host, ip, tls = self._conversation.host, self._conversation.ip, self._conversation.tls
        return [Result(item, replies[item.address], host, ip, tls, self._view(item)) for item in owed]

    def _connect(self) -> None:
        if self._no_way or (self._conversation and self._conversation.usable):
            return
        if self._conversation:
            self._conversation.close()
        try:
            self._conversation = self._dialer.open(Deadline(self._patience.opening, self._deadline))
        except NoConversationError as error:
            self._conversation, self._no_way = None, error.reply

    def _replies(self, parcel: Parcel, owed: Sequence[Owed], contents: Contents) -> Replies:
        addresses = tuple(item.address for item in owed)
        if self._conversation is None:
            return dict.fromkeys(addresses, self._no_way or TROUBLE)
        outgoing = Outgoing(parcel.id, parcel.mail_from, addresses, contents.of(parcel))
        return self._conversation.send(outgoing, self._deadline)

    def _view(self, item: Owed) -> list[Line]:
        return self._transcript.view(item.parcel.id, item.address)


def timeouts() -> Timeouts:
    """How long we wait for other servers."""
    return Timeouts(**settings.SMTP_CLIENT_TIMEOUTS)
