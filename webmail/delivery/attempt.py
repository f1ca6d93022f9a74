"""One attempt at one destination: claim, connect once, hand over all that is due, note each outcome."""

from typing import Protocol

from django.utils import timezone

from webmail.store.queries import people

from . import claims, destination, lanes, lease
from .destination import Standing
from .lanes import Lane
from .lease import Lease
from .ledger import Ledger
from .owed import Claim
from .to_host import ToHost
from .to_local import ToLocal
from .turn import Turn


class Transport(Protocol):
    """A way to a destination: claims are carried one after the other, then it is closed."""

    def carry(self, claim: Claim, ledger: Ledger, lease: Lease, turn: Turn) -> None:
        """Hand over what was claimed, and note what became of each message; give back what is too much."""
        ...

    def close(self) -> None:
        """No more claims will follow."""
        ...


def deliver(domain: str) -> None:
    """Carry out what is due at one destination; nothing happens when nothing is, or no place is free.

    After a minute and a half its turn is over: the sweep sends what is left to the end of the line.
    """
    standing = destination.standing(domain)
    silent = standing is not None and standing.is_silent
    with lanes.of_process.lane(domain, silent=silent) as lane:
        if lane and (claim := claims.claim_due(domain, timezone.now())):
            _carry_all(lane, claim, standing)


def _carry_all(lane: Lane, claim: Claim | None, standing: Standing | None) -> None:
    if people.local_domains([lane.domain]):
        lanes.of_process.prove(lane.domain)
        transport: Transport = ToLocal()
    else:
        transport = ToHost(lane, standing)
    turn = Turn()
    try:
        while claim:
            ledger = Ledger()
            with lease.kept(claim.owed, ledger) as kept:
                transport.carry(claim, ledger, kept, turn)
            claim = None if turn.over else claims.claim_due(lane.domain, timezone.now())
    finally:
        transport.close()
