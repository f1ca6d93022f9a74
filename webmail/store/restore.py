"""Steps that lead back: put messages where they stood, take them out where they were put."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from .change import Change
from .done import Done, Step
from .flag_names import DELETED, changed_keywords, flags_of, system_columns
from .placements import Placements
from .summary import Standing


def place_steps(standings: Iterable[Standing]) -> tuple[Step, ...]:
    """Write the steps that put these placements back, with their flags."""
    groups: dict[tuple[int, frozenset[str]], list[int]] = defaultdict(list)
    for row in standings:
        groups[row.mailbox_id, flags_of(row) - {DELETED}].append(row.message_id)
    return tuple(
        {"verb": "place", "mailbox_id": mailbox_id, "message_ids": keys, "flags": sorted(flags)}
        for (mailbox_id, flags), keys in groups.items()
    )


def expunge_step(mailbox_id: int, message_ids: Sequence[int]) -> Step:
    """Write the step that takes messages out of a mailbox."""
    return {"verb": "expunge", "mailbox_id": mailbox_id, "message_ids": list(message_ids)}


def place(account_id: int, mailbox_id: int, message_ids: Collection[int], flags: Collection[str]) -> Done:
    """Put messages back into a mailbox; one that stood nowhere any more gets these flags again."""
    with Change([account_id]) as change:
        placements = Placements(change, account_id, message_ids)
        placed = []
        for key in placements:
            new = placements.place(key, mailbox_id)
            if new is None:
                continue
            placed.append(key)
            if len(placements.of(key)) == 1:
                new.keywords = changed_keywords("", flags, ())
                for column in system_columns(flags) - {"deleted"}:
                    setattr(new, column, True)
        uids = placements.save()
        inverse = (expunge_step(mailbox_id, placed),) if placed else ()
        return Done(change.modseq(account_id), len(placed), inverse, uids)
