"""Flags and keywords: of a message wherever it stands; \\Deleted of a placement, as IMAP means it."""

from collections import defaultdict
from collections.abc import Collection
from functools import cache, lru_cache, partial
from operator import attrgetter
from typing import NamedTuple

from .change import Change
from .done import Done, Step
from .flag_names import changed_keywords, flags_of, system_columns
from .placements import Placements
from .summary import Standing


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
    with Change([account_id]) as change:
        placements = Placements(change, account_id, message_ids)
        undone: dict[tuple[frozenset[str], frozenset[str]], list[int]] = defaultdict(list)
        # Of many messages there are few states: each is changed once.
        changed = cache(partial(_changed, add, remove))
        for message_id in placements:
            before: set[str] = set()
            after: set[str] = set()
            for standing in placements.of(message_id):
                old = _State._make(_values(standing))
                new = changed(old, deleted=standing.mailbox_id == mailbox_id)
                before |= _names(old)
                after |= _names(new)
                if new != old:
                    _set(standing, new)
                    placements.changed(standing)
            if before != after:
                undone[frozenset(before - after), frozenset(after - before)].append(message_id)
        placements.save()
        return Done(
            modseq=change.modseq(account_id),
            count=sum(len(keys) for keys in undone.values()),
            inverse=tuple(_inverse(keys, back, gone, mailbox_id) for (back, gone), keys in undone.items()),
        )


def _changed(add: frozenset[str], remove: frozenset[str], state: _State, *, deleted: bool) -> _State:
    """The state after a change."""
    values = dict.fromkeys(system_columns(remove), False) | dict.fromkeys(system_columns(add), True)
    if not deleted:
        values.pop("deleted", None)
    return state._replace(**values, keywords=changed_keywords(state.keywords, add, remove))


def _set(standing: Standing, state: _State) -> None:
    for name, value in zip(_State._fields, state, strict=True):
        setattr(standing, name, value)


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
