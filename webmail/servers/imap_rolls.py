"""Rows of mailboxes that mail programs read whole, kept by the process and advanced by what changed."""

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mailserver.imap.backend import Changes, Mailbox, Row
from mailserver.imap.replies import Bye
from webmail.store import queries
from webmail.store.queries import ImapRow

_MOST_ROWS: Final = 100_000
"""Of a process; some 350 bytes each."""
WORTH_KEEPING: Final = 500
"""So many rows must be asked for at once, and one in so many of the mailbox, for all to be read and kept."""
_SHARE: Final = 20
_SYSTEM: Final = ("\\Seen", "\\Answered", "\\Flagged", "\\Draft", "\\Deleted")


@dataclass(frozen=True, slots=True)
class Roll:
    """All of a mailbox up to a modseq; `uids` rise, `rows` stand beside them. A newer one takes its place."""

    modseq: int
    uids: array[int]
    rows: list[Row]

    def named(self, uids: Sequence[int]) -> list[Row]:
        """The rows of uids, which rise, as far as they are here."""
        first, last = bisect_left(self.uids, uids[0]), bisect_right(self.uids, uids[-1])
        if last - first == len(uids) and self.uids[first:last] == array(self.uids.typecode, uids):
            return self.rows[first:last]
        wanted = set(uids)
        return [row for row in self.rows[first:last] if row.uid in wanted]

    def after(self, changes: Changes) -> "Roll":
        """As it is after these changes."""
        rows, new = list(self.rows), []
        for each in changes.rows:
            at = bisect_left(self.uids, each.uid)
            if at < len(self.uids) and self.uids[at] == each.uid:
                rows[at] = each
            else:
                new.append(each)
        if changes.gone:
            gone = set(changes.gone)
            rows = [each for each in rows if each.uid not in gone]
        # Uids rise with the modseq: what is new comes last.
        rows += new
        return Roll(changes.modseq, array("I", [each.uid for each in rows]), rows)


class Rolls:
    """The rolls of a process, those that were asked for lately."""

    def __init__(self, most_rows: int = _MOST_ROWS) -> None:
        self._most_rows = most_rows
        self._kept: dict[int, Roll] = {}
        self._lock = threading.Lock()

    def rows(self, account_id: int, mailbox: Mailbox, uids: Sequence[int]) -> list[Row] | None:
        """The rows of uids, which rise, as they are now; None where it is less work to ask for just these."""
        roll = self._kept.get(mailbox.key)
        if roll is None:
            many = max(WORTH_KEEPING, mailbox.messages // _SHARE)
            if len(uids) < many or mailbox.messages > self._most_rows:
                return None
            roll = _read(mailbox.key)
        elif (found := changes(mailbox.key, roll.modseq)).modseq > roll.modseq:
            # What went is forgotten after a time.
            is_known = roll.modseq >= queries.imap_forgotten_modseq(account_id)
            roll = roll.after(found) if is_known else _read(mailbox.key)
        self._keep(mailbox.key, roll)
        return roll.named(uids) if uids else []

    def _keep(self, key: int, roll: Roll) -> None:
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = roll
            while sum(len(each.rows) for each in self._kept.values()) > self._most_rows:
                del self._kept[next(iter(self._kept))]


def _read(key: int) -> Roll:
    """Read all of a mailbox; the modseq first, so that nothing is missed between."""
    modseq = _modseq(key)
    rows = list(map(row, queries.imap_rows_since(key, 0)))
    return Roll(modseq, array("I", [each.uid for each in rows]), rows)


def changes(key: int, modseq: int) -> Changes:
    """What happened in a mailbox after a modseq: one statement when nothing did, three else."""
    current = _modseq(key)
    if current <= modseq:
        return Changes(modseq, [], [])
    rows = list(map(row, queries.imap_rows_since(key, modseq)))
    return Changes(current, rows, queries.imap_expunged(key, modseq))


def _modseq(key: int) -> int:
    current = queries.imap_modseq(key)
    if current is None:
        raise Bye("The mailbox was deleted")
    return current


def row(found: ImapRow) -> Row:
    """A row as the server knows it."""
    return Row(
        found.uid,
        found.message_id,
        found.thread_id,
        flags_of(found[3:8], found.keywords),
        *found[9:],
    )


@lru_cache(1024)
def flags_of(values: tuple[bool, ...], keywords: str) -> str:
    """Write flags; of the same few there are thousands."""
    system = [name for name, is_set in zip(_SYSTEM, values, strict=True) if is_set]
    return " ".join([*system, *keywords.split()])
