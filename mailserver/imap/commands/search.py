"""SEARCH and UID SEARCH (RFC 9051 §6.4.4), with ESEARCH (RFC 4731) and SEARCHRES (RFC 5182)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched

from .. import contexts, returning
from ..contexts import Live
from ..lexer import Lexer
from ..matching import Cost, cost, fitting
from ..registry import News, State, command
from ..replies import Done, No
from ..returning import Wanted
from ..search_keys import And, Key, Not, Numbers, Or, Parser, Recent, Uids
from ..session import Session

_CHARSETS = {"US-ASCII", "UTF-8"}
_AT_ONCE = {Cost.ROW: 2000, Cost.ENVELOPE: 1000, Cost.HEADER: 200, Cost.BODY: 50}


@dataclass(frozen=True, slots=True)
class Found:
    """Uids in the order of the answer, what they fit, and whether their highest modseq is told."""

    uids: Sequence[int]
    key: Key
    tells_modseq: bool = False


@command("SEARCH", State.SELECTED, News.NO_EXPUNGES)
async def search(session: Session, args: Lexer) -> Done:
    """Find messages, told by number."""
    return await _search(session, args, by_uid=False)


@command("UID SEARCH", State.SELECTED)
async def uid_search(session: Session, args: Lexer) -> Done:
    """Find messages, told by uid."""
    return await _search(session, args, by_uid=True)


async def _search(session: Session, args: Lexer, *, by_uid: bool) -> Done:
    args.space()
    wanted = returning.read(args)
    read_charset(args)
    found = await find(session, args)
    if wanted is None and "IMAP4REV2" in session.enabled:
        wanted = Wanted({"ALL"})
    if wanted is not None:
        await tell_esearch(session, wanted, found, by_uid=by_uid)
        if "UPDATE" in wanted.words:
            await contexts.begin(session, Live(session.tag, by_uid, found.key, set(found.uids)))
        return Done("completed")
    words = [b"SEARCH", *(b"%d" % number for number in named(session, found.uids, by_uid=by_uid))]
    if found.tells_modseq and found.uids:
        words.append(b"(MODSEQ %d)" % await session.call(_highest_modseq, session, found.uids))
    await session.say(b" ".join(words))
    return Done("completed")


def named(session: Session, uids: Sequence[int], *, by_uid: bool) -> Sequence[int]:
    """Uids, or the numbers of the messages."""
    return uids if by_uid else list(map(session.selected.view.number, uids))


async def tell_esearch(session: Session, wanted: Wanted, found: Found, *, by_uid: bool) -> None:
    """Say what of the result was asked for, and keep what is to be kept (RFC 4731 §3.1, RFC 5182 §2.4)."""
    told = wanted.told(named(session, found.uids, by_uid=by_uid))
    meant = wanted.meant(found.uids)
    is_silent = wanted.words == {"SAVE"}
    if found.tells_modseq and meant and not is_silent:
        told.append(f"MODSEQ {await session.call(_highest_modseq, session, meant)}")
    if "SAVE" in wanted.words:
        session.saved = sorted(meant)
    if not is_silent:
        head = [f'ESEARCH (TAG "{session.tag}")', *(["UID"] if by_uid else [])]
        await session.say(" ".join([*head, *told]).encode())


def read_charset(args: Lexer) -> None:
    """Pass over CHARSET: all of ours are read as UTF-8."""
    if args.take(b"CHARSET "):
        known_charset(args)
        args.space()


def known_charset(args: Lexer) -> None:
    """Read the name of a charset that we know."""
    if args.astring().decode("ascii", "replace").upper() not in _CHARSETS:
        raise No("This charset is not known", "BADCHARSET (US-ASCII UTF-8)")


async def find(session: Session, args: Lexer) -> Found:
    """Read search keys up to the end of the command; what fits, by rising uids."""
    limits, selection = session.limits, session.selected
    parser = Parser(args, datetime.now(UTC), most=limits.search_keys, depth=limits.depth)
    key = _with_uids(parser.program(), session)
    if parser.names_modseq:
        session.enable("CONDSTORE")
    view = selection.view
    found, rest = await session.call(selection.folder.find, key)
    found = [uid for uid in found if view.number(uid) and uid not in view.gone]
    if rest is not None:
        found = await _filtered(session, found, rest)
    return Found(found, key, parser.names_modseq)


async def _filtered(session: Session, found: list[int], rest: Key) -> list[int]:
    """Look at each message, some at a time: others have their turn between."""
    kept: list[int] = []
    clock = asyncio.get_running_loop().time
    end = clock() + session.limits.search_seconds
    for batch in batched(found, _AT_ONCE[cost(rest)], strict=False):
        # Who has left waits for no answer.
        if session.connection.has_ended:
            raise EOFError
        if clock() > end:
            raise No("The search would take too long: ask for less", "LIMIT")
        kept += await session.call(fitting, session.selected.folder, rest, batch)
    return kept


def _highest_modseq(session: Session, uids: Sequence[int]) -> int:
    rows = session.selected.folder.flags(sorted(uids))
    return max((row.modseq for row in rows), default=0)


def _with_uids(key: Key, session: Session) -> Key:
    """Put uids in the place of numbers, which are this session's own."""
    match key:
        case Numbers(numbers, by_uid):
            return Uids(frozenset(session.selected.view.found(numbers, by_uid=by_uid, saved=session.saved)))
        case Recent():
            return Uids(frozenset(session.selected.view.recent))
        case And(keys):
            return And(tuple(_with_uids(each, session) for each in keys))
        case Or(one, other):
            return Or(_with_uids(one, session), _with_uids(other, session))
        case Not(inner):
            return Not(_with_uids(inner, session))
    return key
