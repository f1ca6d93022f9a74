"""The transport to other servers: a way for each thing that messages ask of encryption."""

from mailserver.message.tls_wish import TlsWish

from . import fate
from .destination import Standing
from .lanes import Lane
from .lease import Lease
from .ledger import Ledger
from .owed import Claim
from .turn import Turn
from .way import Load, Way


class ToHost:
    """Mail for another server; a host that is good for one message may be no good for another (RFC 8689)."""

    def __init__(self, lane: Lane, standing: Standing | None) -> None:
        self._lane = lane
        self._standing = standing
        self._ways: dict[TlsWish, Way] = {}

    def carry(self, claim: Claim, ledger: Ledger, lease: Lease, turn: Turn) -> None:
        """Hand over what was claimed, one wish after the other."""
        loads: dict[TlsWish, list[Load]] = {}
        for parcel, owed in claim.by_parcel():
            loads.setdefault(parcel.tls_on_the_way, []).append((parcel, owed))
        for wish, some in loads.items():
            self._way(wish).carry(some, ledger, lease, turn)
        ledger.write()

    def close(self) -> None:
        """Say QUIT; what was recorded last gets the farewell into its transcript."""
        fate.complete_transcripts(result for way in self._ways.values() for result in way.close())

    def _way(self, wish: TlsWish) -> Way:
        if wish not in self._ways:
            was_reached = any(way.standing is None for way in self._ways.values())
            self._ways[wish] = Way(self._lane, wish, None if was_reached else self._standing)
        return self._ways[wish]
