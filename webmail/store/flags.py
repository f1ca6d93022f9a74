"""Flags and keywords: of a message wherever it stands; \\Deleted of a placement, as IMAP means it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache, partial
from operator import attrgetter
from typing import NamedTuple, Protocol

from .change import Change
from .done import Done, Step
from .flag_names import Flagged, changed_keywords, flag_columns, flags_of, system_columns
from .marks import FREE, Marks
from .placements import Placements

type _Difference = tuple[frozenset[str], frozenset[str]]
"""Flags to give back, and to take away again."""


class _State(NamedTuple):
    """The flags of a placement."""

    seen: bool
    answered: bool
    flagged: bool
    draft: bool
    deleted: bool
    keywords: str


_values = attrgetter(*_State._fields)
_names = lru_cache(1000)(flags_of)


class _Placed(Flagged, Protocol):
    @property
    def mailbox_id(self) -> int: ...


class _Placements[P: _Placed](Protocol):
    """What stands where of some messages, and what is noted of it to be saved."""

    def __iter__(self) -> Iterator[int]: ...
    def of(self, message_id: int, /) -> Sequence[P]: ...
    def changed(self, placement: P, /) -> None: ...
    def save(self) -> object: ...


def set_flags(
    account_id: int,
    message_ids: Collection[int],
    *,
    add: frozenset[str] = frozenset(),
    remove: frozenset[str] = frozenset(),
    mailbox_id: int | None = None,
) -> Done:
    """Add and remove flags, by their IMAP names, at all placements of these messages under one modseq.

    \\Deleted belongs to the placement in `mailbox_id` and is left alone without one.
    """
    columns = flag_columns(add | remove)
    with Change([account_id]) as change:
        asked = (change, account_id, message_ids, columns)
        if columns <= FREE:
            undone = _alter(Marks(*asked), add, remove, mailbox_id)
        else:
            undone = _alter(Placements(*asked), add, remove, mailbox_id)
        return Done(
            modseq=change.modseq(account_id),
            count=sum(len(keys) for keys in undone.values()),
            inverse=tuple(_inverse(keys, back, gone, mailbox_id) for (back, gone), keys in undone.items()),
        )


def _alter[P: _Placed](
    placements: _Placements[P], add: frozenset[str], remove: frozenset[str], mailbox_id: int | None
) -> dict[_Difference, list[int]]:
    """Alter and save; the messages that changed, by how."""
    undone: dict[_Difference, list[int]] = defaultdict(list)
    # Of many messages there are few states: each is changed, and compared, once.
    changed, difference = cache(partial(_changed, add, remove)), cache(_difference)
    for message_id in placements:
        states = []
        for placement in placements.of(message_id):
            old = _values(placement)
            new = changed(old, placement.mailbox_id == mailbox_id)
            states.append((old, new))
            if new != old:
                _set(placement, new)
                placements.changed(placement)
        if back := difference(tuple(states)):
            undone[back].append(message_id)
    placements.save()
    return undone


def _changed(
    add: frozenset[str],
    remove: frozenset[str],
    state: tuple[object, ...],
    deleted: bool,
) -> _State:
    """The state after a change."""
    values = dict.fromkeys(system_columns(remove), False) | dict.fromkeys(system_columns(add), True)
    if not deleted:
        values.pop("deleted", None)
    old = _State._make(state)
    return old._replace(**values, keywords=changed_keywords(old.keywords, add, remove))


def _difference(states: Sequence[tuple[tuple[object, ...], _State]]) -> _Difference | None:
    """How a message is led back, whose placements were and are in these states."""
    before = frozenset[str]().union(*(_names(_State._make(old)) for old, _ in states))
    after = frozenset[str]().union(*(_names(new) for _, new in states))
    return (before - after, after - before) if before != after else None


def _set(placement: Flagged, state: _State) -> None:
    for name, value in zip(_State._fields, state, strict=True):
        setattr(placement, name, value)


def _inverse(
    message_ids: list[int], add: frozenset[str], remove: frozenset[str], mailbox_id: int | None
) -> Step:
    return {
        "verb": "set_flags",
        "message_ids": message_ids,
        "add": sorted(add),
        "remove": sorted(remove),
        "mailbox_id": mailbox_id,
    }
