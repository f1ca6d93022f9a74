"""What happened in the mailbox that is selected, as a session is told of it (RFC 9051 §7)."""

from collections.abc import Collection, Sequence
from enum import Enum, auto
from itertools import batched
from typing import TYPE_CHECKING

from . import contexts
from .backend import Row
from .columns import column_of, lines
from .flag_list import flag_list
from .registry import News
from .sequence import written
from .view import View

if TYPE_CHECKING:
    from .session import Session


_TOLD_AT_ONCE = 5000


class OwnChange(Enum):
    """A change that the session itself made: what of it is news."""

    SILENT = auto()
    """Its modseq only, for who knows CONDSTORE (RFC 7162 §3.1.3)."""
    TOLD = auto()
    """Nothing."""


async def tell_before_end(session: "Session", news: News) -> None:
    """Say what may be said before a command ends."""
    if news != News.NONE and session.selection is not None:
        await tell(session, expunges=news == News.ALL)


async def tell(session: "Session", *, expunges: bool) -> None:
    """Say what happened in the mailbox since it was last asked."""
    selection = session.selected
    view = selection.view
    changes = await session.call(selection.folder.changes, view.modseq)
    known = len(view)
    rows = view.take(changes)
    new = view.uids[known:]
    moves = await contexts.moves(session, [*(row.uid for row in rows), *new], view.gone if expunges else ())
    await contexts.tell_removed(session, moves)
    if expunges:
        await _tell_expunges(session, view)
    if view.told != len(view):
        view.told = len(view)
        await session.say(b"%d EXISTS" % len(view))
        await tell_recent(session)
        if session.notify is not None and session.notify.selected.tell_new is not None:
            await session.notify.selected.tell_new(session, new)
    await tell_flags(session, view.shown(_wanted(session, rows)))
    await contexts.tell_added(session, moves)


def _wanted(session: "Session", rows: list[Row]) -> list[Row]:
    """Of flags that others changed, nothing for who asked for other events only (RFC 5465 §5.3)."""
    notify = session.notify
    if notify is None or notify.selected.tells_flags:
        return rows
    return [row for row in rows if row.modseq in session.own_modseqs]


async def tell_recent(session: "Session") -> None:
    """Say how many messages no session was told of before (RFC 3501 §7.3.2); IMAP4rev2 has no such."""
    if "IMAP4REV2" in session.enabled:
        return
    selection = session.selected
    view, end = selection.view, selection.view.uids[-1] + 1 if selection.view else 0
    takes = not selection.read_only
    view.note_recent(await session.call(lambda: selection.folder.recent(end, takes=takes)))
    await session.say(b"%d RECENT" % len(view.recent))


async def _tell_expunges(session: "Session", view: View) -> None:
    gone = view.let_go()
    if not gone:
        return
    session.saved = [uid for uid in session.saved if view.number(uid)]
    if "QRESYNC" in session.enabled:
        await session.say(f"VANISHED {written(uid for _, uid in gone)}".encode())
        return
    for number, _ in gone:
        await session.say(b"%d EXPUNGE" % number)


async def tell_flags(session: "Session", rows: Collection[Row]) -> None:
    """Say the flags of messages as they are now, unless the session itself has just set them so."""
    await announce_keywords(session, rows)
    whole: list[Row] = []
    silent: list[Row] = []
    for row in rows:
        own = session.own_modseqs.get(row.modseq)
        if own != OwnChange.TOLD:
            (silent if own == OwnChange.SILENT else whole).append(row)
    modseq = ["MODSEQ"] if "CONDSTORE" in session.enabled else []
    await _tell_items(session, whole, ["UID", "FLAGS", *modseq])
    if modseq:
        await _tell_items(session, silent, ["UID", "MODSEQ"])


async def _tell_items(session: "Session", rows: Sequence[Row], items: Sequence[str]) -> None:
    view = session.selected.view
    for batch in batched(rows, _TOLD_AT_ONCE, strict=False):
        numbers = view.numbers([row.uid for row in batch])
        await session.connection.send(lines(numbers, [column_of(item, batch) for item in items]))


async def announce_keywords(session: "Session", rows: Collection[Row]) -> None:
    """Say which flags there are, when one is new (RFC 9051 §7.3.5)."""
    known = session.selected.keywords
    new = {word for flags in {row.flags for row in rows} for word in flags.split()} - known
    new = {word for word in new if not word.startswith("\\")}
    if new:
        known |= new
        await session.say(b"FLAGS (%b)" % flag_list(known).encode())
