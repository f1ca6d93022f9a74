"""Rows of mailboxes that mail programs read whole, kept by the process and advanced by what changed."""

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from mailserver.access.connection import Bye
from mailserver.imap.backend import Changes, Mailbox, Row
from webmail.store import queries
from webmail.store.queries import ImapRow

_MOST_ROWS: Final = 100_000
"""Of a process; some 350 bytes each."""
_MOST_UIDS: Final = 4_000_000
"""Of a process; 4 bytes each."""
WORTH_KEEPING: Final = 500
"""So many rows must be asked for at once, and one in so many of the mailbox, for all to be read and kept."""
_SHARE: Final = 20
_NO_TIME: Final = datetime.fromtimestamp(0, UTC)
_SYSTEM: Final = ("\\Seen", "\\Answered", "\\Flagged", "\\Draft", "\\Deleted")


@dataclass(frozen=True, slots=True)
class UidList:
    """All uids of a mailbox up to a modseq, rising. A newer one takes its place."""

    key: int
    modseq: int
    uids: array[int]

    def __len__(self) -> int:
        return len(self.uids)

    def after(self, changes: Changes) -> "UidList":
        """As it is after these changes. Uids rise with the modseq: what is new comes last."""
        last, gone = self.uids[-1] if self.uids else 0, set(changes.gone)
        uids = self.uids + array("I", [each.uid for each in changes.rows if each.uid > last])
        if gone:
            uids = array("I", [uid for uid in uids if uid not in gone])
        return UidList(self.key, changes.modseq, uids)


@dataclass(frozen=True, slots=True)
class Roll:
    """All of a mailbox up to a modseq; `uids` rise, `rows` stand beside them. A newer one takes its place.

    `learnt` is what it learnt last, after `since`: who changed something is told of just that.
    """

    key: int
    modseq: int
    uids: array[int]
    rows: list[Row]
    since: int = 0
    learnt: Changes | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def named(self, uids: Sequence[int]) -> list[Row]:
        """The rows of uids, which rise, as far as they are here."""
        if not uids:
            return []
        first, last = bisect_left(self.uids, uids[0]), bisect_right(self.uids, uids[-1])
        if last - first == len(uids) and self.uids[first:last] == array("I", uids):
            return self.rows[first:last]
        wanted = set(uids)
        return [row for row in self.rows[first:last] if row.uid in wanted]

    def after(self, changes: Changes) -> "Roll":
        """As it is after these changes; of what is new all is read."""
        rows, new = list(self.rows), []
        for each in changes.rows:
            at = bisect_left(self.uids, each.uid)
            if at < len(self.uids) and self.uids[at] == each.uid:
                rows[at] = Row(*rows[at][:3], each.flags, each.modseq, *rows[at][5:])
            else:
                new.append(each.uid)
        # Uids rise with the modseq: what is new comes last.
        rows += map(row, queries.imap_rows(self.key, new))
        if changes.gone:
            gone = set(changes.gone)
            rows = [each for each in rows if each.uid not in gone]
        uids = array("I", [each.uid for each in rows]) if new or changes.gone else self.uids
        return Roll(self.key, changes.modseq, uids, rows, self.modseq, changes)


class _Shelf[K: (UidList, Roll)]:
    """What is kept of mailboxes, up to so many messages; what was asked for least lately goes first.

    What is kept is never altered, so no lock is held while the database is asked.
    """

    def __init__(self, most: int, read: Callable[[int], K]) -> None:
        self._most, self._read = most, read
        self._kept: dict[int, K] = {}
        self._lock = threading.Lock()

    def kept(self, key: int) -> K | None:
        """What is kept of a mailbox, as it was when it was asked for."""
        return self._kept.get(key)

    def current(self, account_id: int, key: int) -> K:
        """What is kept of a mailbox, as it is now; what went long ago is forgotten, and then all is read."""
        kept = self._kept.get(key)
        if kept is None:
            kept = self._read(key)
        elif (found := changes(key, kept.modseq)).modseq > kept.modseq:
            is_known = kept.modseq >= queries.imap_forgotten_modseq(account_id)
            kept = kept.after(found) if is_known else self._read(key)
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = kept
            while sum(map(len, self._kept.values())) > self._most:
                del self._kept[next(iter(self._kept))]
        return kept


class Rolls:
    """Of a process: what is kept of mailboxes that were asked for lately."""

    def __init__(self, most_rows: int = _MOST_ROWS, most_uids: int = _MOST_UIDS) -> None:
        self._most_rows = most_rows
        self._rolls = _Shelf(most_rows, _read_roll)
        self._uids = _Shelf(most_uids, _read_uids)

    def rows(self, account_id: int, mailbox: Mailbox, uids: Sequence[int]) -> list[Row] | None:
        """The rows of uids, which rise, as they are now; None where it is less work to ask for just these."""
        if self._rolls.kept(mailbox.key) is None:
            many = max(WORTH_KEEPING, mailbox.messages // _SHARE)
            if len(uids) < many or mailbox.messages > self._most_rows:
                return None
        return self._rolls.current(account_id, mailbox.key).named(uids)

    def changes(self, mailbox: Mailbox, modseq: int) -> Changes:
        """What happened after a modseq, as `changes`; nothing is read that was just learnt."""
        current, roll = _modseq(mailbox.key), self._rolls.kept(mailbox.key)
        if roll is not None and roll.learnt and roll.since == modseq and roll.modseq == current:
            return roll.learnt
        return _changes(mailbox.key, modseq, current)

    def uids(self, account_id: int, mailbox: Mailbox) -> array[int]:
        """All uids, in an array that is everybody's: it must not be altered."""
        if mailbox.messages < WORTH_KEEPING:
            return queries.imap_uids(mailbox.key)
        return self._uids.current(account_id, mailbox.key).uids


def _read_roll(key: int) -> Roll:
    """Read all of a mailbox; the modseq first, so that nothing is missed between."""
    modseq = _modseq(key)
    rows = list(map(row, queries.imap_all_rows(key)))
    return Roll(key, modseq, array("I", [each.uid for each in rows]), rows)


def _read_uids(key: int) -> UidList:
    modseq = _modseq(key)
    return UidList(key, modseq, queries.imap_uids(key))


def changes(key: int, modseq: int) -> Changes:
    """What happened in a mailbox after a modseq: one statement when nothing did, three else."""
    return _changes(key, modseq, _modseq(key))


def _changes(key: int, modseq: int, current: int) -> Changes:
    if current <= modseq:
        return Changes(modseq, [], [])
    rows = list(map(flag_row, queries.imap_flags_since(key, modseq)))
    return Changes(current, rows, queries.imap_expunged(key, modseq))


def _modseq(key: int) -> int:
    current = queries.imap_modseq(key)
    if current is None:
        raise Bye("The mailbox was deleted")
    return current


def row(found: ImapRow) -> Row:
    """A row as the server knows it: the five flags and the keywords become one."""
    return Row(*found[:3], flags_of(found[3:8], found[8]), *found[9:])


def flag_row(found: tuple[Any, ...]) -> Row:
    """A row of which only uid, message, flags and modseq were read."""
    uid, message, modseq = found[0], found[1], found[8]
    return Row(uid, message, 0, flags_of(found[2:7], found[7]), modseq, _NO_TIME, _NO_TIME, 0)


@lru_cache(1024)
def flags_of(values: tuple[bool, ...], keywords: str) -> str:
    """Write flags; of the same few there are thousands."""
    system = [name for name, is_set in zip(_SYSTEM, values, strict=True) if is_set]
    return " ".join([*system, *keywords.split()])
