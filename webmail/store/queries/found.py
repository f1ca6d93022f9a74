"""Searching: messages that fit, or conversations with one that fits, the newest fit first.

The messages that the index finds are looked through in windows, from those that came last to older ones, each
four times as large as the one before; within a window the newest come first, as many as a page may need, then
the rest. So the statements of a page have an upper number, and a search for what is nowhere ends.
"""

import math
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import batched
from typing import NamedTuple, Self

from django.utils import timezone

from mailserver.query import Parsed, Problem
from webmail.models import Unit

from ..search_finder import NEWEST
from ..search_leaves import Ground, Place
from ..search_plan import Plan, plan, problems
from ..search_text import fitting
from ..time_limit import TooSlowError, prefer_indexes, until
from .cursor import Cursor
from .hits import Hit, read_hits
from .mailboxes import MailboxRow
from .message_pages import rows_of
from .pages import Page

SECONDS = 2.0
_WINDOW = 250
_GROWTH = 4
_LARGEST = 16_000
_MOST_WINDOWS = 8
_BATCH = 100
_READ_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class SearchCursor:
    """Where a page of results begins: below a place in the window of ids from `low` to `high`."""

    low: int
    high: int
    place: Cursor | None = None
    position: int = 0

    def __str__(self) -> str:
        return f"{self.low}.{self.high}.{self.position}.{self.place or ''}".rstrip(".")

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `str` wrote; None for anything else."""
        pieces = text.split(".", 3)
        try:
            low, high, position = (int(piece) for piece in pieces[:3])
        except ValueError:
            return None
        if not 0 <= low <= NEWEST or not 0 <= high <= NEWEST or position < 0:
            return None
        return cls(low, high, Cursor.parse(pieces[3]) if len(pieces) > 3 else None, position)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results, and remarks on the query; `stopped` when time was over before it was full."""

    page: Page[SearchCursor]
    problems: tuple[Problem, ...] = ()
    stopped: bool = False


class Window(NamedTuple):
    """Ids from `low` to `high`, and what may fit there; `is_last` when nothing below can fit."""

    low: int
    high: int
    ids: Sequence[int]
    is_last: bool = False


def ground_of(
    account_id: int, mailboxes: Sequence[MailboxRow], now: datetime | None = None, zone: tzinfo | None = None
) -> Ground:
    """Say whose mail is searched, and when and where."""
    places = [Place(row.id, row.path, row.role, row.message_count, row.unseen_count) for row in mailboxes]
    return Ground(account_id, places, now or timezone.now(), zone or timezone.get_current_timezone())


def search_page(
    ground: Ground,
    query: Parsed,
    *,
    unit: str = Unit.CONVERSATION,
    before: SearchCursor | None = None,
    limit: int = 50,
    seconds: float = SECONDS,
) -> Found:
    """Messages that fit, or conversations in which one does, the newest fit first; Junk and Trash by `in:`.

    Nothing runs when the query has an error. A page takes `seconds` at most, and tells when it stopped.
    """
    remarks = tuple(sorted((*query.problems, *problems(query.tree, ground)), key=lambda each: each.start))
    made = None if any(each.is_error for each in remarks) else plan(query.tree, ground)
    if made is None:
        return Found(Page([], None, None), remarks)
    search = _Search(made, unit, before, limit, time.monotonic() + seconds)
    search.run()
    start = before.position if before else 0
    order = {key: place for place, key in enumerate(search.found)}
    rows = sorted(rows_of(ground.account_id, unit, search.found), key=lambda row: order[row.id])
    following = replace(search.next, position=start + len(rows)) if search.next else None
    return Found(Page(rows, following, None, start), remarks, search.stopped)


def hits_in(ground: Ground, query: Parsed, thread_id: int, *, seconds: float = SECONDS) -> set[int]:
    """Messages of a conversation that fit; none when the query has an error or time is over."""
    if query.errors or (made := plan(query.tree, ground)) is None:
        return set()
    search = _Search(made, Unit.MESSAGE, None, 0, time.monotonic() + seconds)
    try:
        with until(search.deadline):
            return {hit.id for hit in search.fitting(read_hits(made, made.among([thread_id], 0, NEWEST)))}
    except TooSlowError:
        return set()


class _Search:
    """One page in the making: windows downwards until it is full, the end is reached, or the time is over."""

    def __init__(
        self, made: Plan, unit: str, before: SearchCursor | None, limit: int, deadline: float
    ) -> None:
        self.plan, self.unit, self.limit, self.deadline = made, unit, limit, deadline
        self.begin = before or SearchCursor(0, NEWEST)
        self.found: list[int] = []
        self.next: SearchCursor | None = self.begin
        self.stopped = False
        self.limit_again: Callable[[], None] = lambda: None

    def run(self) -> None:
        """Look through windows."""
        try:
            with until(self.deadline) as self.limit_again:
                for window in self.windows():
                    if self._look_through(window):
                        return
        except TooSlowError:
            self.stopped = True
            # Who got nowhere would get nowhere again.
            self.next = self.next if self.next != self.begin else None

    def windows(self) -> Iterator[Window]:
        """Yield the windows from where the page begins, each with what may fit in it."""
        high, size = self.begin.high, _WINDOW
        if self.begin.low:
            yield Window(self.begin.low, high, self.plan.newest(self.begin.low, high, _LARGEST).ids)
            high = self.begin.low - 1
        for _ in range(_MOST_WINDOWS):
            if time.monotonic() > self.deadline:
                raise TooSlowError
            ids, low = self.plan.newest(0, high, size)
            yield Window(low or min(ids, default=0), high, ids, is_last=not low)
            if not low:
                return
            high, size = low - 1, min(size * _GROWTH, _LARGEST)
            self.limit_again()

    def _look_through(self, window: Window) -> bool:
        """Take what fits in a window; True when the page is full, or nothing is left."""
        begin = self.begin.place if window.high == self.begin.high else None
        for batch in self._batches(window, begin):
            for hit in self._new(batch, window, begin):
                if len(self.found) == self.limit:
                    return True
                self.found.append(self.name(hit))
                self.next = _after(window, hit)
            self.next = _after(window, batch[-1])
        self.next = None if window.is_last else SearchCursor(0, window.low - 1)
        return window.is_last

    def _batches(self, window: Window, place: Cursor | None) -> Iterator[Sequence[Hit]]:
        """Yield the hits of a window below a place: what a page may need, then the rest, in two reads."""
        first = read_hits(self.plan, window.ids, below=place, count=_BATCH)
        if first:
            yield first
        if len(first) == _BATCH:
            last = Cursor(first[-1].received_at, first[-1].id)
            rest = read_hits(self.plan, window.ids, below=last)
            yield from batched(rest, _BATCH, strict=False)

    def _new(self, batch: Sequence[Hit], window: Window, place: Cursor | None) -> Iterator[Hit]:
        """Yield the hits that fit; of each conversation the first, if none of it was shown before."""
        if self.unit == Unit.MESSAGE:
            yield from self.fitting(batch)
            return
        known = set(self.found)
        fresh = [hit for hit in batch if hit.thread_id not in known]
        threads = {hit.thread_id for hit in fresh}
        if threads and (place or window.high < NEWEST):
            known |= {hit.thread_id for hit in self.fitting(self._earlier(threads, window, place))}
        for hit in self.fitting([hit for hit in fresh if hit.thread_id not in known]):
            if hit.thread_id not in known:
                known.add(hit.thread_id)
                yield hit

    def _earlier(self, threads: Collection[int], window: Window, place: Cursor | None) -> list[Hit]:
        """What of these conversations stands in earlier windows, or above the place where the page begins."""
        low = window.low if place else window.high + 1
        return [
            hit
            for hit in read_hits(self.plan, self.plan.among(threads, low, NEWEST))
            if hit.id > window.high or (place and _place(hit) >= (place.at, place.id))
        ]

    def fitting(self, hits: Sequence[Hit]) -> Iterator[Hit]:
        """Yield those that fit; where only the text can tell, it is read, some at once."""
        if not self.plan.texts:
            yield from hits
            return
        for some in batched(hits, _READ_AT_ONCE, strict=False):
            if time.monotonic() > self.deadline:
                raise TooSlowError
            fits = fitting([(hit.blob_id, hit.truths) for hit in some], self.plan.texts)
            yield from (hit for hit, does in zip(some, fits, strict=True) if does)

    def name(self, hit: Hit) -> int:
        """The id that the list knows it by."""
        return hit.id if self.unit == Unit.MESSAGE else hit.thread_id

    def without_known(self, threads: Collection[int], high: int, newest_id: int) -> list[int]:
        """Leave out the conversations with a fit above `high`; a message has only itself."""
        if self.unit == Unit.MESSAGE:
            return list(threads)
        above = read_hits(self.plan, self.plan.among(threads, high + 1, newest_id)) if threads else []
        known = {hit.thread_id for hit in self.fitting([hit for hit in above if high < hit.id <= newest_id])}
        return [thread for thread in threads if thread not in known]


def _place(hit: Hit) -> tuple[datetime, int]:
    return hit.received_at, hit.id


def _after(window: Window, hit: Hit) -> SearchCursor:
    return SearchCursor(window.low, window.high, Cursor(hit.received_at, hit.id))


def matching(
    ground: Ground, query: Parsed, high: int, count: int, newest_id: int, *, unit: str
) -> tuple[list[int], int]:
    """About `count` messages that fit, up to the id `high`, and the id to go on from, 0 at the end.

    Or conversations with one, and none from there to `newest_id`. None for a query with an error.
    """
    wrong = any(each.is_error for each in (*query.problems, *problems(query.tree, ground)))
    made = None if wrong else plan(query.tree, ground)
    if made is None:
        return [], 0
    prefer_indexes()
    search = _Search(made, unit, SearchCursor(0, high), count, math.inf)
    found: dict[int, None] = {}
    end = time.monotonic() + SECONDS
    for window in search.windows():
        hits = read_hits(made, window.ids)
        older = (hit for hit in hits if hit.id <= high)
        for batch in batched(sorted(older, key=lambda hit: -hit.id), _BATCH, strict=False):
            found |= dict.fromkeys(search.name(hit) for hit in search.fitting(batch))
            if len(found) >= count or time.monotonic() > end:
                return search.without_known(found, high, newest_id), batch[-1].id - 1
        if found and not window.is_last:
            return search.without_known(found, high, newest_id), window.low - 1
    return search.without_known(found, high, newest_id), 0
