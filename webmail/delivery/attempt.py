"""One attempt at one destination: claim, connect once, hand over all that is due, note each outcome."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.client import Replies
from mailserver.smtp.outgoing import Outgoing
from mailserver.smtp.patience import Deadline, Timeouts
from mailserver.smtp.reply import TROUBLE
from mailserver.smtp.transcript import Line
from webmail.store.queries import people

from . import destination, fate, kick, lanes, lease, queue, remote_report, to_local
from .contents import Contents
from .destination import Standing, is_silence
from .fault import guarded
from .ledger import Ledger
from .owed import Claim, Owed, Parcel, Result, Settled
from .turn import Pace, Turn
from .way import Way

type _Load = tuple[Parcel, list[Owed]]

_LEAST_SHARED = 4


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
    standing = destination.standing(domain)
    silent = standing is not None and standing.is_silent
    with lanes.of_process.lane(domain, silent=silent) as allowed:
        if allowed and (claim := queue.claim_due(domain, timezone.now())):
            _carry_all(domain, claim, standing)


def _carry_all(domain: str, claim: Claim | None, standing: Standing | None) -> None:
    if people.local_domains([domain]):
        lanes.of_process.prove(domain)
        transport: Transport = to_local.ToLocal()
    else:
        transport = ToHost(domain, standing)
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
    """Mail for another server: one connection for what is owed there and wishes the same of encryption."""

    def __init__(self, domain: str, standing: Standing | None) -> None:
        silent = standing is not None and standing.is_silent
        self._domain = domain
        self._patience = timeouts() if silent else timeouts().hasty()
        self._deadline = Deadline(self._patience.attempt)
        self._standing = standing
        self._ways: dict[TlsWish, Way] = {}
        self._is_full = False
        self._last: list[Result] = []

    def carry(self, claim: Claim, ledger: Ledger, turn: Turn) -> None:
        """Hand over each message; a host that can't be reached now is not tried again for the others."""
        parcels = claim.by_parcel()
        contents = Contents([parcel for parcel, _ in parcels])
        self._is_full = len(claim.owed) >= queue.CLAIM_ROWS
        waiting, pace = deque(parcels), Pace()
        while waiting:
            goes = self._way(waiting[0][0]).no_way is None
            if turn.over and goes:
                _give_back(claim, waiting)
                break
            if goes and pace.is_slow and len(waiting) > _LEAST_SHARED:
                waiting = self._shared(claim, waiting)
                pace = Pace()
            parcel, owed = waiting.popleft()
            hand_over = partial(self._results, parcel, owed, contents)
            ledger.note(Settled(parcel, guarded(parcel, owed, hand_over)))
            pace.step()
        self._last = ledger.write()
        for parcel, _ in parcels[:-1]:
            self._way(parcel).transcript.forget(parcel.id)

    def _shared(self, claim: Claim, waiting: deque[_Load]) -> deque[_Load]:
        """Let another connection have half of what is left: this host takes its time with each message."""
        half = len(waiting) // 2
        _give_back(claim, list(waiting)[half:])
        kick.kick([self._domain])
        return deque(list(waiting)[:half])

    def close(self) -> None:
        """Say QUIT; what was recorded last gets the farewell into its transcript."""
        spoken = [way for way in self._ways.values() if way.conversation]
        for way in spoken:
            way.close()
        fate.complete_transcripts(
            replace(result, transcript=self._view(result.owed))
            for result in self._last
            if self._way(result.owed.parcel) in spoken
        )

    def _way(self, parcel: Parcel) -> Way:
        """Choose by what is asked of encryption: a host that is good for one may be no good for another."""
        wish = parcel.tls_on_the_way
        if wish not in self._ways:
            self._ways[wish] = Way(self._domain, wish, self._patience, self._deadline, self._standing)
        return self._ways[wish]

    def _results(self, parcel: Parcel, owed: Sequence[Owed], contents: Contents) -> list[Result]:
        way = self._way(parcel)
        if parcel.expires_at <= timezone.now():
            way.insist()
        if way.connect():
            self._reached()
        replies = self._replies(way, parcel, owed, contents)
        spoke = way.conversation
        host, ip, tls = (spoke.host, spoke.ip, spoke.described_tls) if spoke else ("", "", "")
        tells = spoke is not None and spoke.offers("DSN")
        return [
            Result(item, replies[item.address], host, ip, tls, self._view(item), tells_itself=tells)
            for item in owed
        ]

    def _reached(self) -> None:
        """Let others join: more than one connection is for those that answer."""
        if self._standing is not None:
            destination.note_reached(self._domain)
            self._standing = None
        if lanes.of_process.prove(self._domain) and self._is_full:
            kick.kick([self._domain] * (lanes.of_process.most_of_one - 1))

    def _replies(self, way: Way, parcel: Parcel, owed: Sequence[Owed], contents: Contents) -> Replies:
        addresses = tuple(item.address for item in owed)
        if way.conversation is None:
            return dict.fromkeys(addresses, way.no_way or TROUBLE)
        replies = way.conversation.send(_outgoing(parcel, owed, contents.of(parcel)), self._deadline)
        if silence := next((reply for reply in replies.values() if is_silence(reply)), None):
            # It answers, if slowly: dialled again when that is due, with more patience.
            destination.note_failure(self._domain, silence, timezone.now(), rests=False)
        return replies

    def _view(self, item: Owed) -> list[Line]:
        return self._way(item.parcel).transcript.view(item.parcel.id, item.address)


def _give_back(claim: Claim, loads: Iterable[_Load]) -> None:
    queue.give_back(claim, [item for _, items in loads for item in items], timezone.now())


def _outgoing(parcel: Parcel, owed: Sequence[Owed], content: bytes) -> Outgoing:
    """Address a message; its envelope has a name, so that reports from afar can say which it was."""
    asks = bool(parcel.mail_from)
    return Outgoing(
        key=parcel.id,
        mail_from=parcel.mail_from,
        recipients=tuple(item.address for item in owed),
        content=content,
        envelope_id=(parcel.envelope_id or remote_report.envelope_id(parcel.id)) if asks else "",
        ret=parcel.returns if asks else "",
        notify={item.address: item.notify for item in owed} if asks else {},
        original={item.address: item.original_address or item.address for item in owed} if asks else {},
        tls_wish=parcel.tls_wish,
    )


def timeouts() -> Timeouts:
    """How long we wait for other servers."""
    return Timeouts(**settings.SMTP_CLIENT_TIMEOUTS)
