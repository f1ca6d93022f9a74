"""A way to a destination for mail of one wish: one connection, more where the host takes long."""

import math
import time
from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial

from django.utils import timezone

from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.content import Content
from mailserver.smtp.dialer import NoConversationError
from mailserver.smtp.reply import Reply

from . import claims, destination, kick, lanes
from .contents import Contents
from .crew import Crew
from .destination import Standing, is_silence
from .fault import guarded
from .lanes import Lane
from .lease import Lease
from .ledger import Ledger
from .link import Link, timeouts
from .owed import Owed, Parcel, Result, Settled
from .turn import Pace, Turn

type Load = tuple[Parcel, list[Owed]]

_LEAST_SHARED = 4
_FIRST_CREW = 5
"""Connections to a destination that was found to be slow; more where that does not do."""
_GONE_SECONDS = 55.0
"""So soon what waits at a slow destination is to be gone: well within a turn, so that nobody dials again."""


class Way:
    """One connection for all that a domain is owed with one wish for encryption, made at the first message.

    While a destination that could not be reached is left alone (`standing`), its mail is put off with that
    reason, but for a message whose hope ends: nobody is given up without a last try.
    """

    def __init__(self, lane: Lane, wish: TlsWish, standing: Standing | None) -> None:
        silent = standing is not None and standing.is_silent
        self._lane = lane
        self._link = Link(lane.domain, wish, timeouts() if silent else timeouts().hasty())
        self._crew: Crew | None = None
        self._no_way: Reply | None = None
        self._dialled = False
        self.standing = standing
        self._besides = 0
        self._pace = Pace()
        self._farewells: list[Result] = []
        if standing is not None and standing.retry_at > timezone.now():
            self._no_way = standing.reply
            self._link.say(f"not dialled now, for it could not be reached before: {standing.reply.text}")

    def carry(self, loads: Sequence[Load], ledger: Ledger, lease: Lease, turn: Turn) -> None:
        """Hand over each message; a host that can't be reached now is not tried again for the others."""
        waiting = deque(loads)
        contents = Contents([parcel for parcel, _ in waiting])
        self._pace = Pace()
        if self._crew:
            self._go_on(self._crew, ledger, waiting, lease)
        while waiting or not self._is_done(waiting):
            if turn.over and self._no_way is None:
                claims.give_back([item for _, items in waiting for item in items], timezone.now())
                waiting.clear()
            elif self._crew:
                self._share(self._crew, waiting, contents, lease)
            elif self._pace.is_slow and len(waiting) > _LEAST_SHARED and self._no_way is None:
                self._spread(ledger, turn)
            else:
                self._carry_one(*waiting.popleft(), contents, ledger)

    def close(self) -> list[Result]:
        """Take leave; returns the last results again, now with the farewell in their transcripts."""
        if self._crew:
            self._dissolve(self._crew)
        return [*self._farewells, *self._link.leave()]

    def _carry_one(self, parcel: Parcel, owed: list[Owed], contents: Contents, ledger: Ledger) -> None:
        results = guarded(parcel, owed, partial(self._results, parcel, owed, contents))
        ledger.note(Settled(parcel, results))

    def _results(self, parcel: Parcel, owed: Sequence[Owed], contents: Contents) -> list[Result]:
        if not self._dialled and parcel.expires_at <= timezone.now():
            self._no_way = None
        if self._no_way is None:
            self._connect()
        if self._no_way is not None:
            return self._link.put_off(owed, self._no_way)
        content, started = contents.of(parcel), time.monotonic()
        results = self._link.hand_over(parcel, owed, content)
        self._pace.step(time.monotonic() - started)
        if silence := next(filter(is_silence, (each.reply for each in results)), None):
            self._note_silence(silence)
        return results

    def _connect(self) -> None:
        self._dialled = True
        try:
            is_new = self._link.connect()
        except NoConversationError as error:
            self._no_way = error.reply
            if error.reply.temporary:
                destination.note_failure(self._lane.domain, error.reply, timezone.now())
        else:
            if is_new:
                self._reached()

    def _reached(self) -> None:
        """Let others join: more than one connection is for those that answer, and are owed much."""
        if self.standing is not None:
            destination.note_reached(self._lane.domain)
            self.standing = None
        if lanes.of_process.prove(self._lane.domain):
            others = claims.worth(claims.count_due(self._lane.domain, timezone.now()))
            kick.kick([self._lane.domain] * min(others, lanes.of_process.most_of_one - 1))

    def _note_silence(self, silence: Reply) -> None:
        """Remember that it answers, if slowly: dialled again when that is due, with more patience."""
        destination.note_failure(self._lane.domain, silence, timezone.now(), rests=False)

    def _look_after(self, crew: Crew) -> None:
        """Do for the crew what it may not: write what is known."""
        if silence := crew.silence:
            crew.silence = None
            self._note_silence(silence)
        crew.ledger.catch_up()

    def _spread(self, ledger: Ledger, turn: Turn) -> None:
        """Let others take part: this host takes its time with each message."""
        if lanes.of_process.slow_down(self._lane):
            self._crew = Crew(ledger, self._pace)
            self._crew.join(self._link)
            self._link = self._link.beside()
        else:
            turn.end()

    def _go_on(self, crew: Crew, ledger: Ledger, waiting: deque[Load], lease: Lease) -> None:
        """Carry another claim with the same connections, as many of them as there still is room for."""
        crew.ledger = ledger
        size = crew.size
        crew.dismiss(size - 1 - self._divide(waiting, lease, size - 1))

    def _share(self, crew: Crew, waiting: deque[Load], contents: Contents, lease: Lease) -> None:
        """Give the crew its next message, when one of it is free; when it is gone, it is our turn again."""
        if crew.is_measured:
            self._grow(crew, waiting, lease)
        parcel, owed = waiting.popleft()
        read: list[Content] = []

        def ready() -> list[Result]:
            read.append(contents.of(parcel))
            return []

        if faults := guarded(parcel, owed, ready):
            crew.ledger.note(Settled(parcel, faults))
        elif crew.give((parcel, owed, read[0]), partial(self._look_after, crew)):
            self._look_after(crew)
        else:
            read[0].close()
            waiting.appendleft((parcel, owed))
            waiting.extendleft(self._dissolve(crew))

    def _grow(self, crew: Crew, waiting: deque[Load], lease: Lease) -> None:
        """Take as many connections more as what waits needs, and as the destination has room for.

        No more than twice as many at a time: what they are to a host is found out by looking again.
        """
        wanted = min(self._needed(crew.pace, len(waiting)), max(_FIRST_CREW, 2 * crew.size))
        wanted = max(min(wanted - crew.size, len(waiting) // 2), 0)
        given = lanes.of_process.besides(wanted)
        more = self._divide(waiting, lease, given)
        lanes.of_process.let_go(given - more)
        self._besides += more
        crew.grow(self._link.beside() for _ in range(more))

    def _needed(self, pace: Pace, claimed: int) -> int:
        """Say how many connections it takes for what waits, claimed or not, to be gone soon."""
        if not pace.is_slow:
            return 0
        waiting = claimed + claims.count_due(self._lane.domain, timezone.now())
        return max(math.ceil(waiting * pace.seconds / _GONE_SECONDS), _FIRST_CREW)

    def _divide(self, waiting: deque[Load], lease: Lease, wanted: int) -> int:
        """Let more connections count for what is claimed; says how many."""
        before = {item.recipient_id: item for _, items in waiting for item in items}
        after = claims.divide(self._lane.domain, list(before.values()), wanted, timezone.now())
        lease.owed = tuple(after.get(item.recipient_id, item) for item in lease.owed)
        for place, (parcel, items) in enumerate(waiting):
            waiting[place] = parcel, [after[item.recipient_id] for item in items]
        return len(_tokens(after)) - len(_tokens(before))

    def _is_done(self, waiting: deque[Load]) -> bool:
        """Wait for the crew, if there is one; what it leaves behind waits again."""
        if self._crew and not self._crew.finish(partial(self._look_after, self._crew)):
            waiting.extendleft(self._dissolve(self._crew))
        return not waiting

    def _dissolve(self, crew: Crew) -> list[Load]:
        """End the crew's connections, the next one is ours again; returns what nobody took."""
        self._farewells += crew.close()
        self._crew, self._pace = None, Pace()
        lanes.of_process.let_go(self._besides)
        self._besides = 0
        return crew.left()


def _tokens(owed: Mapping[int, Owed]) -> set[int]:
    return {item.token for item in owed.values()}
