"""FETCH and UID FETCH (RFC 9051 §6.4.5, RFC 7162 §3.1.4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched

from .. import news, sections
from ..backend import FlagChange, Row
from ..fetching import BATCH_ROWS, Fetcher, Piece, Stream
from ..lexer import Lexer
from ..news import OwnChange
from ..registry import News, State, command
from ..replies import Bad, Done
from ..sections import Items
from ..sequence import NumberSet, written
from ..session import Session

_STREAMED_AT_ONCE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """Which messages, what of them, and of which only."""

    numbers: NumberSet
    items: Items
    changed_since: int | None
    vanished: bool


@command("FETCH", State.SELECTED, News.NO_EXPUNGES)
async def fetch(session: Session, args: Lexer) -> Done:
    """Tell of messages that are named by number."""
    request = _request(session, args)
    uids = session.chosen(request.numbers, by_uid=False)
    missing = await _fetch(session, request, uids, by_uid=False)
    if missing:
        return Done("completed, some of these messages are gone", "EXPUNGEISSUED")
    return Done("completed")


@command("UID FETCH", State.SELECTED)
async def uid_fetch(session: Session, args: Lexer) -> Done:
    """Tell of messages that are named by uid."""
    request = _request(session, args)
    uids = session.chosen(request.numbers, by_uid=True)
    if request.vanished and request.changed_since is not None:
        await _tell_vanished(session, request.numbers, request.changed_since)
    await _fetch(session, request, uids, by_uid=True)
    return Done("completed")


async def _fetch(session: Session, request: Request, uids: Sequence[int], *, by_uid: bool) -> bool:
    """Tell all in batches; whether some messages are gone."""
    selection = session.selected
    items = Items(tuple(_with(request, by_uid=by_uid)))
    fetcher = Fetcher(selection.folder, items, session.service.written)
    is_missing = False
    for batch in batched(uids, BATCH_ROWS, strict=False):
        rows = await session.call(fetcher.read, batch, request.changed_since)
        is_missing = is_missing or (len(rows) < len(batch) and request.changed_since is None)
        rows, read = await _mark_read(session, items, rows)
        rows = selection.view.shown(rows)
        await news.announce_keywords(session, rows)
        for group in fetcher.batches(rows):
            numbers = {row.uid: selection.view.number(row.uid) for row in group}
            await _send(session, await session.call(fetcher.write, group, numbers, read))
    return is_missing


async def tell_items(session: Session, items: Items, uids: Sequence[int]) -> None:
    """Tell of messages as if they had been asked for (RFC 5465 §5.2)."""
    await _fetch(session, Request(NumberSet(()), items, None, vanished=False), uids, by_uid=True)


def _with(request: Request, *, by_uid: bool) -> Iterable[str | sections.Section]:
    """What is asked for, and what must be told with it."""
    wanted = list(dict.fromkeys(request.items.wanted))
    if by_uid and "UID" not in wanted:
        wanted.insert(0, "UID")
    if request.changed_since is not None and "MODSEQ" not in wanted:
        wanted.append("MODSEQ")
    return wanted


async def _mark_read(
    session: Session, items: Items, rows: list[Row]
) -> tuple[list[Row], dict[int, Sequence[str]]]:
    """Set \\Seen where the body is read (§6.4.5); the rows as they are then, and what is told more."""
    selection = session.selected
    if not items.sets_seen or selection.read_only:
        return rows, {}
    unseen = [row.uid for row in rows if "\\Seen" not in row.flags.split()]
    if not unseen:
        return rows, {}
    modseq, _ = await session.call(selection.folder.store, unseen, FlagChange(add=frozenset({"\\Seen"})))
    session.own_modseqs[modseq] = OwnChange.SILENT
    fresh = {row.uid: row for row in await session.call(selection.folder.flags, unseen)}
    more = [name for name in ("FLAGS", *_modseq(session)) if name not in items.wanted]
    now = [_as_now(row, fresh.get(row.uid, row)) for row in rows]
    return now, dict.fromkeys(unseen, more)


def _as_now(row: Row, fresh: Row) -> Row:
    return row._replace(flags=fresh.flags, modseq=fresh.modseq)


def _modseq(session: Session) -> tuple[str, ...]:
    return ("MODSEQ",) if "CONDSTORE" in session.enabled else ()


async def _send(session: Session, pieces: Sequence[Piece]) -> None:
    """Send, no faster than the client reads; of what is large no more is in memory than is being sent."""
    connection = session.connection
    for piece in pieces:
        if isinstance(piece, bytes):
            await connection.send(piece)
        else:
            await _stream(session, piece)


async def _stream(session: Session, stream: Stream) -> None:
    folder = session.selected.folder
    for start in range(stream.start, stream.end, _STREAMED_AT_ONCE):
        end = min(start + _STREAMED_AT_ONCE, stream.end)
        await session.connection.send(await session.call(folder.piece, stream.message, start, end))


async def _tell_vanished(session: Session, numbers: NumberSet, since: int) -> None:
    """Say which of these uids went after a modseq (RFC 7162 §3.2.6)."""
    selection = session.selected
    bounds = numbers.bounds(selection.folder.mailbox.uid_next)
    gone = await session.call(selection.folder.vanished, since, bounds)
    if gone:
        await session.say(f"VANISHED (EARLIER) {written(gone)}".encode())


def _request(session: Session, args: Lexer) -> Request:
    args.space()
    numbers = args.number_set()
    args.space()
    items = sections.read(args)
    changed_since, vanished = None, False
    if not args.is_at_end:
        args.space()
        changed_since, vanished = _modifiers(args)
    args.end()
    if changed_since is not None or "MODSEQ" in items.wanted:
        session.enable("CONDSTORE")
    if vanished and (changed_since is None or "QRESYNC" not in session.enabled):
        raise Bad("VANISHED needs CHANGEDSINCE, and QRESYNC enabled")
    return Request(numbers, items, changed_since, vanished)


def _modifiers(args: Lexer) -> tuple[int | None, bool]:
    changed_since, vanished = None, False
    args.expect(b"(")
    while not args.take(b")"):
        if args.take(b"CHANGEDSINCE "):
            changed_since = args.number()
        else:
            args.expect(b"VANISHED")
            vanished = True
        args.take(b" ")
    return changed_since, vanished
