"""Searches that go on: who asked with UPDATE is told what comes in and what leaves (RFC 5267)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import TYPE_CHECKING

from . import sorting
from .matching import fitting
from .replies import Bad
from .search_keys import Age, And, Key, Labelled, Not, Or, Query
from .sequence import written
from .sorting import Criterion, Sortable

if TYPE_CHECKING:
    from .session import Session

MOST = 10
"""Of a session."""
_MOST_SORTED = 2000
"""Messages of a sorted result that goes on: all that they are sorted by is kept."""
_MOST_FOUND = 50_000
_AT_ONCE = 200


@dataclass(slots=True)
class Live:
    """One that goes on. `order` has the messages as they are sorted by `criteria`, where they are."""

    tag: str
    by_uid: bool
    key: Key
    uids: set[int]
    criteria: Sequence[Criterion] = ()
    order: list[Sortable] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Moves:
    """What leaves one, and what comes into it."""

    live: Live
    removed: Collection[int]
    added: Collection[int]


async def begin(session: "Session", live: Live, *, can_go_on: bool) -> None:
    """Let a search go on, or say that this one does not."""
    lives = session.selected.lives
    if live.tag in lives:
        raise Bad("A search of this tag goes on already")
    is_large = len(live.uids) > (_MOST_SORTED if live.criteria else _MOST_FOUND)
    if len(lives) >= MOST or is_large or not can_go_on:
        await session.say(f'NO [NOUPDATE "{live.tag}"] This search does not go on'.encode())
    else:
        lives[live.tag] = live


async def moves(session: "Session", touched: Sequence[int], gone: Collection[int]) -> list[Moves]:
    """Look where messages that changed or are new belong now."""
    return [await _moves(session, live, touched, gone) for live in session.selected.lives.values()]


async def _moves(session: "Session", live: Live, touched: Sequence[int], gone: Collection[int]) -> Moves:
    folder = session.selected.folder
    here: set[int] = set()
    for batch in batched(touched, _AT_ONCE, strict=False):
        here.update(await session.call(fitting, folder, live.key, batch))
    removed = live.uids.intersection(gone) | (live.uids.intersection(touched) - here)
    return Moves(live, sorted(removed), sorted(here - live.uids))


async def tell_removed(session: "Session", found: Sequence[Moves]) -> None:
    """Say what leaves, while it still has its numbers."""
    for each in found:
        live = each.live
        if not each.removed:
            continue
        live.uids.difference_update(each.removed)
        if not live.criteria:
            await _say(session, live, "REMOVEFROM", [(0, each.removed)])
            continue
        places = []
        for uid in each.removed:
            at = next(at for at, message in enumerate(live.order) if message.uid == uid)
            del live.order[at]
            places.append((at + 1, [uid]))
        await _say(session, live, "REMOVEFROM", places)


async def tell_added(session: "Session", found: Sequence[Moves]) -> None:
    """Say what comes in, once it has its numbers."""
    for each in found:
        live = each.live
        if not each.added:
            continue
        live.uids.update(each.added)
        if not live.criteria:
            await _say(session, live, "ADDTO", [(0, each.added)])
            continue
        new = await session.call(sorting.read, session.selected.folder, sorted(each.added))
        live.order = sorting.in_order([*live.order, *new], live.criteria)
        # From the first on: each has its place as soon as it is put there.
        places = [(at, [one.uid]) for at, one in enumerate(live.order, 1) if one.uid in each.added]
        await _say(session, live, "ADDTO", places)


async def _say(
    session: "Session", live: Live, verb: str, places: Sequence[tuple[int, Collection[int]]]
) -> None:
    number = session.selected.view.number
    told = " ".join(f"{at} {written(uids if live.by_uid else map(number, uids))}" for at, uids in places)
    uid = " UID" if live.by_uid else ""
    await session.say(f'ESEARCH (TAG "{live.tag}"){uid} {verb} ({told})'.encode())


def can_go_on(key: Key) -> bool:
    """Tell whether a message that changes is all that changes the result.

    Time changes it, too, and what others do to labels: nothing would tell us.
    """
    match key:
        case And(keys):
            return all(map(can_go_on, keys))
        case Or(one, other):
            return can_go_on(one) and can_go_on(other)
        case Not(inner):
            return can_go_on(inner)
    return not isinstance(key, Age | Labelled | Query)
