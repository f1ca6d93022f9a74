"""One session's picture of its mailbox: which uid has which number, and what it was not told yet."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence

from .backend import Changes, Row
from .replies import Bad
from .sequence import NumberSet


class View:
    """Numbers and uids as the client knows them.

    What was expunged keeps its number until the client may be told (RFC 9051 §7.5.1).
    """

    def __init__(self, uids: array[int], modseq: int) -> None:
        self.uids, self.modseq = uids, modseq
        self.gone: set[int] = set()
        self.told = len(uids)
        """How many messages the client was told of."""
        self.recent: set[int] = set()
        """Uids that this session is told of first (RFC 3501 §2.3.2)."""

    def __len__(self) -> int:
        return len(self.uids)

    def number(self, uid: int) -> int:
        """The number of a uid, 0 when it has none."""
        at = bisect_left(self.uids, uid)
        return at + 1 if at < len(self.uids) and self.uids[at] == uid else 0

    def known(self, uids: Sequence[int]) -> list[int]:
        """Of uids that are in the mailbox, and rise: those that the client knows of."""
        known = uids[: bisect_right(uids, self.uids[-1])] if self.uids else ()
        return [uid for uid in known if uid not in self.gone] if self.gone else list(known)

    def numbers(self, uids: Sequence[int]) -> Sequence[int]:
        """The numbers of uids that are here, and rise."""
        if not uids:
            return ()
        first, last = self.number(uids[0]), self.number(uids[-1])
        if last - first + 1 == len(uids):
            return range(first, last + 1)
        return list(map(self.number, uids))

    def chosen(self, numbers: NumberSet, *, by_uid: bool, saved: Collection[int] = ()) -> list[int]:
        """The uids that a set names, rising. Uids that are not here are passed over (§6.4.9), numbers not."""
        if not (by_uid or numbers.saved):
            _, largest = numbers.bounds(len(self.uids))[-1]
            if largest > len(self.uids) or not self.uids:
                raise Bad("There is no message with this number")
        return self.found(numbers, by_uid=by_uid, saved=saved)

    def found(self, numbers: NumberSet, *, by_uid: bool, saved: Collection[int] = ()) -> list[int]:
        """The uids that a set names, as far as they are here: a search for others finds nothing."""
        if numbers.saved:
            return [uid for uid in sorted(saved) if self.number(uid)]
        ranges = self._by_uid(numbers) if by_uid else self._by_number(numbers)
        found: list[int] = []
        end = 0
        for first, last in ranges:
            found.extend(self.uids[max(first, end) : last])
            end = max(end, last)
        return found

    def _by_uid(self, numbers: NumberSet) -> Iterable[tuple[int, int]]:
        largest = self.uids[-1] if self.uids else 0
        for first, last in numbers.bounds(largest):
            yield bisect_left(self.uids, first), bisect_right(self.uids, last)

    def _by_number(self, numbers: NumberSet) -> Iterable[tuple[int, int]]:
        for first, last in numbers.bounds(len(self.uids)):
            yield max(first - 1, 0), last

    def take(self, changes: Changes) -> list[Row]:
        """Take in what happened; the rows of messages that were known and changed."""
        self.modseq = max(self.modseq, changes.modseq)
        last = self.uids[-1] if self.uids else 0
        gone = set(changes.gone)
        new = sorted(row.uid for row in changes.rows if row.uid > last and row.uid not in gone)
        self.gone.update(uid for uid in gone if self.number(uid))
        if new:
            # Never altered in place: idle sessions of a mailbox share it.
            self.uids = self.uids + array(self.uids.typecode, new)
        return [
            row
            for row in changes.rows
            if row.uid <= last and self.number(row.uid) and row.uid not in self.gone
        ]

    def note_recent(self, first: int) -> None:
        """Messages from this uid on are recent."""
        self.recent.update(self.uids[bisect_left(self.uids, first) :])

    def shown(self, rows: list[Row]) -> list[Row]:
        """Rows with the flag that is only this session's."""
        if not self.recent:
            return rows
        return [
            row._replace(flags=f"\\Recent {row.flags}".rstrip()) if row.uid in self.recent else row
            for row in rows
        ]

    def let_go(self) -> list[tuple[int, int]]:
        """Forget what was expunged; (number, uid) each, as EXPUNGE tells them: one after the other."""
        if not self.gone:
            return []
        first = sorted((self.number(uid), uid) for uid in self.gone)
        told = [(number - before, uid) for before, (number, uid) in enumerate(first)]
        self.uids = array(self.uids.typecode, [uid for uid in self.uids if uid not in self.gone])
        self.told -= len(first)
        self.recent -= self.gone
        self.gone.clear()
        return told
