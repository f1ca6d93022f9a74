"""STORE (RFC 9051 §6.4.6, RFC 7162 §3.1.3)."""

from collections.abc import Collection

from .. import news
from ..backend import FlagChange
from ..lexer import Lexer
from ..news import OwnChange
from ..registry import News, State, command
from ..replies import Bad, Done, No
from ..sequence import written
from ..session import Session

_READ_ONLY = {"\\recent"}


@command("STORE", State.SELECTED, News.NO_EXPUNGES)
async def store(session: Session, args: Lexer) -> Done:
    """Change flags of messages that are named by number."""
    return await _store(session, args, by_uid=False)


@command("UID STORE", State.SELECTED)
async def uid_store(session: Session, args: Lexer) -> Done:
    """Change flags of messages that are named by uid."""
    return await _store(session, args, by_uid=True)


async def _store(session: Session, args: Lexer, *, by_uid: bool) -> Done:
    args.space()
    numbers = args.number_set()
    args.space()
    unchanged_since = _unchanged_since(session, args)
    verb = args.atom()
    args.space()
    named = args.flags() if args.peek(b"(") else _bare_flags(args)
    flags = frozenset(flag for flag in named if flag.lower() not in _READ_ONLY)
    args.end()
    selection = session.selected
    selection.refuse_read_only()
    uids = session.chosen(numbers, by_uid=by_uid)
    change = _change(verb.removesuffix(".SILENT"), flags, unchanged_since)
    if not uids:
        return Done("completed, nothing was named")
    modseq, conflicts = await session.call(selection.folder.store, uids, change)
    is_silent = verb.endswith(".SILENT")
    is_missing = not is_silent and await _tell(session, set(uids).difference(conflicts))
    session.own_modseqs[modseq] = OwnChange.SILENT if is_silent else OwnChange.TOLD
    if is_missing and not by_uid:
        # RFC 2180 §4.2: those that are here have their flags, and were told of.
        raise No("Some of these messages have been deleted", "EXPUNGEISSUED")
    return Done("completed", _modified(session, conflicts, by_uid=by_uid))


async def _tell(session: Session, uids: Collection[int]) -> bool:
    """Say the flags of these messages, also where nothing changed (§6.4.6); whether some are gone."""
    selection = session.selected
    rows = await session.call(selection.folder.flags, sorted(uids))
    await news.tell_flags(session, selection.view.shown(rows))
    return len(rows) < len(uids)


def _unchanged_since(session: Session, args: Lexer) -> int | None:
    if not args.take(b"(UNCHANGEDSINCE "):
        return None
    modseq = args.number()
    args.expect(b")")
    args.space()
    session.enable("CONDSTORE")
    return modseq


def _bare_flags(args: Lexer) -> list[str]:
    found = [args.flag()]
    while args.take(b" "):
        found.append(args.flag())
    return found


def _change(verb: str, flags: frozenset[str], unchanged_since: int | None) -> FlagChange:
    if verb == "+FLAGS":
        return FlagChange(add=flags, unchanged_since=unchanged_since)
    if verb == "-FLAGS":
        return FlagChange(remove=flags, unchanged_since=unchanged_since)
    if verb == "FLAGS":
        return FlagChange(flags, None, unchanged_since)
    raise Bad("FLAGS, +FLAGS or -FLAGS is expected")


def _modified(session: Session, conflicts: list[int], *, by_uid: bool) -> str:
    if not conflicts:
        return ""
    view = session.selected.view
    return f"MODIFIED {written(conflicts if by_uid else map(view.number, conflicts))}"
