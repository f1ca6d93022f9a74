"""Steps that lead back: put messages where they stood, take them out where they were put."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from .change import Change
from .done import Done, Step
from .flag_names import DELETED, changed_keywords, flags_of, system_columns
from .placements import Placements
from .summary import Standing

type Marks = tuple[tuple[str, str], ...]


def place_steps(standings: Iterable[Standing]) -> tuple[Step, ...]:
    """Write the steps that put these placements back, with their flags and what was theirs alone."""
    groups: dict[tuple[int, frozenset[str], Marks], list[int]] = defaultdict(list)
    for row in standings:
        groups[row.mailbox_id, flags_of(row) - {DELETED}, _marks(row)].append(row.message_id)
    return tuple(
        {
            "verb": "place",
            "mailbox_id": mailbox_id,
            "message_ids": keys,
            "flags": sorted(flags),
            "marks": dict(marks),
        }
        for (mailbox_id, flags, marks), keys in groups.items()
    )


def mark_steps(standings: Iterable[Standing]) -> tuple[Step, ...]:
    """Write the steps that give these placements again what is theirs alone now."""
    groups: dict[tuple[int, Marks], list[int]] = defaultdict(list)
    for row in standings:
        groups[row.mailbox_id, _marks(row)].append(row.message_id)
    return tuple(
        {"verb": "mark", "mailbox_id": mailbox_id, "message_ids": keys, "marks": dict(marks)}
        for (mailbox_id, marks), keys in groups.items()
    )


def expunge_step(mailbox_id: int, message_ids: Sequence[int]) -> Step:
    """Write the step that takes messages out of a mailbox."""
    return {"verb": "expunge", "mailbox_id": mailbox_id, "message_ids": list(message_ids)}


def place(
    account_id: int,
    mailbox_id: int,
    message_ids: Collection[int],
    flags: Collection[str],
    marks: Mapping[str, str] | None = None,
) -> Done:
    """Put messages back into a mailbox; one that stood nowhere any more gets these flags again."""
    with Change([account_id]) as change:
        placements = Placements(change, account_id, message_ids)
        placed = []
        for key in placements:
            new = placements.place(key, mailbox_id)
            if new is None:
                continue
            placed.append(key)
            _mark(new, marks or {})
            if len(placements.of(key)) == 1:
                new.keywords = changed_keywords("", flags, ())
                for column in system_columns(flags) - {"deleted"}:
                    setattr(new, column, True)
        uids = placements.save()
        inverse = (expunge_step(mailbox_id, placed),) if placed else ()
        return Done(change.modseq(account_id), len(placed), inverse, uids)


def mark(account_id: int, mailbox_id: int, message_ids: Collection[int], marks: Mapping[str, str]) -> Done:
    """Give placements what is theirs alone, as `mark_steps` wrote it."""
    with Change([account_id]) as change:
        placements = Placements(change, account_id, message_ids)
        rows = [row for key in placements if (row := placements.at(key, mailbox_id))]
        inverse = mark_steps(rows)
        for row in rows:
            _mark(row, marks)
            placements.changed(row)
        placements.save()
        return Done(change.modseq(account_id), len(rows), inverse)


def _marks(row: Standing) -> Marks:
    times = {"snoozed_until": row.snoozed_until, "surfaced_at": row.surfaced_at}
    pinned = (("pinned", "yes"),) if row.pinned else ()
    return (*pinned, *((name, at.isoformat()) for name, at in times.items() if at))


def _mark(row: Standing, marks: Mapping[str, str]) -> None:
    row.pinned = "pinned" in marks
    for name in ("snoozed_until", "surfaced_at"):
        setattr(row, name, datetime.fromisoformat(marks[name]) if name in marks else None)
