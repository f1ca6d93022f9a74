"""Flags of which a conversation's row shows at most its stars: thousands are changed by four statements."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from operator import attrgetter

from webmail.models import Mailbox, Role

from . import sql
from .change import Change
from .flag_names import COLUMN_OF

FREE = frozenset({"answered", "flagged", "deleted", "keywords"})
"""What is seen and what is a draft changes who is named in the list, and how: those are for `Placements`."""
_COLUMNS = (*COLUMN_OF.values(), "keywords")
_STARS = (
    ", flagged_count = (SELECT count(DISTINCT p.message_id) FROM webmail_mailboxmessage p"
    " WHERE p.thread_id = webmail_thread.id AND {flagged} AND (NOT {listed} OR NOT {hidden}))"
)


@dataclass(slots=True)
class Mark:
    """The flags of one placement."""

    id: int
    mailbox_id: int
    message_id: int
    thread_id: int
    seen: bool
    answered: bool
    flagged: bool
    draft: bool
    deleted: bool
    keywords: str


class Marks:
    """The flags of some messages wherever they stand, as `Placements` has them; `save` writes `columns`."""

    def __init__(
        self, change: Change, account_id: int, message_ids: Collection[int], columns: Collection[str]
    ) -> None:
        self._modseq, self._account_id = change.modseq(account_id), account_id
        self._columns = sorted(columns)
        self._of: dict[int, list[Mark]] = defaultdict(list)
        named, keys = sql.among("message_id", message_ids)
        rows = sql.read(
            f"SELECT id, mailbox_id, message_id, thread_id, {', '.join(_COLUMNS)} FROM webmail_mailboxmessage"
            f" WHERE {named} AND account_id + 0 = %s ORDER BY id",
            [*keys, account_id],
        )
        for row in rows:
            self._of[row[2]].append(Mark(*row))
        self._changed: list[Mark] = []

    def __iter__(self) -> Iterator[int]:
        """Message ids that the account has, in order."""
        return iter(sorted(self._of))

    def of(self, message_id: int) -> list[Mark]:
        """Where a message stands."""
        return self._of[message_id]

    def changed(self, mark: Mark) -> None:
        """Note that a placement was altered."""
        self._changed.append(mark)

    def save(self) -> None:
        """Write it all: placements by the few states they have now, conversations, mailboxes."""
        if not self._changed:
            return
        values = attrgetter(*self._columns, "id")
        states: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for *state, key in map(values, self._changed):
            states[tuple(state)].append(key)
        assigned = "modseq = %s" + "".join(f", {column} = %s" for column in self._columns)
        for values_now, placed in states.items():
            self._update("webmail_mailboxmessage", assigned, list(values_now), placed)
        self._save_threads({mark.thread_id for mark in self._changed})
        mailboxes = {mark.mailbox_id for mark in self._changed}
        self._update("webmail_mailbox", "highest_modseq = %s", [], mailboxes)

    def _save_threads(self, threads: Collection[int]) -> None:
        """Count the stars of conversations anew, by the rule of `summary.summarise`."""
        if "flagged" not in self._columns:
            self._update("webmail_thread", "modseq = %s", [], threads)
            return
        bins = Mailbox.objects.filter(account_id=self._account_id, role__in=(Role.JUNK, Role.TRASH))
        hidden, keys = sql.among("p.mailbox_id", list(bins.values_list("pk", flat=True)))
        stars = _STARS.format(
            flagged=sql.true("p.flagged"), listed=sql.true("webmail_thread.listed"), hidden=hidden
        )
        self._update("webmail_thread", "modseq = %s" + stars, keys, threads)

    def _update(self, table: str, assigned: str, values: list[object], keys: Collection[int]) -> None:
        named, wanted = sql.among("id", keys)
        sql.execute(f"UPDATE {table} SET {assigned} WHERE {named}", [self._modseq, *values, *wanted])
