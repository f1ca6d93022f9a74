"""Flags and keywords: of a message wherever it stands; \\Deleted of a placement, as IMAP means it."""

from collections import defaultdict
from collections.abc import Collection

from .change import Change
from .done import Done, Step
from .flag_names import changed_keywords, flags_of, system_columns
from .placements import Placements
from .summary import Standing


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
        for message_id in placements:
            before = _flags(placements.of(message_id))
            for standing in placements.of(message_id):
                if _change(standing, add, remove, deleted=standing.mailbox_id == mailbox_id):
                    placements.changed(standing)
            after = _flags(placements.of(message_id))
            if before != after:
                undone[before - after, after - before].append(message_id)
        placements.save()
        return Done(
            modseq=change.modseq(account_id),
            count=sum(len(keys) for keys in undone.values()),
            inverse=tuple(_inverse(keys, back, gone, mailbox_id) for (back, gone), keys in undone.items()),
        )


def _change(standing: Standing, add: frozenset[str], remove: frozenset[str], *, deleted: bool) -> bool:
    """Alter a placement in memory; tell whether anything changed."""
    before = (*_system(standing), standing.keywords)
    for columns, value in ((system_columns(remove), False), (system_columns(add), True)):
        for column in columns:
            if column != "deleted" or deleted:
                setattr(standing, column, value)
    standing.keywords = changed_keywords(standing.keywords, add, remove)
    return before != (*_system(standing), standing.keywords)


def _system(standing: Standing) -> tuple[bool, ...]:
    return standing.seen, standing.answered, standing.flagged, standing.draft, standing.deleted


def _flags(standings: list[Standing]) -> frozenset[str]:
    return frozenset().union(*(flags_of(standing) for standing in standings))


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
