"""SEARCH and UID SEARCH (RFC 9051 §6.4.4)."""

from datetime import UTC, datetime
from itertools import batched

from ..lexer import Lexer
from ..matching import Cost, cost, fitting
from ..registry import News, State, command
from ..replies import Done, No
from ..search_keys import And, Key, Not, Numbers, Or, Parser, Uids
from ..session import Session

_CHARSETS = {"US-ASCII", "UTF-8"}
_AT_ONCE = {Cost.ROW: 2000, Cost.ENVELOPE: 1000, Cost.HEADER: 200, Cost.BODY: 50}


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
    read_charset(args)
    found = await find(session, args)
    view = session.selected.view
    numbers = found if by_uid else [view.number(uid) for uid in found]
    await session.say(b" ".join([b"SEARCH", *(b"%d" % number for number in numbers)]))
    return Done("completed")


def read_charset(args: Lexer) -> None:
    """Pass over CHARSET: all of ours are read as UTF-8."""
    if args.take(b"CHARSET "):
        charset = args.astring().decode("ascii", "replace").upper()
        if charset not in _CHARSETS:
            raise No("This charset is not known", "BADCHARSET (US-ASCII UTF-8)")
        args.space()


async def find(session: Session, args: Lexer) -> list[int]:
    """Read search keys up to the end of the command; the uids of what fits, rising."""
    limits, selection = session.limits, session.selected
    parser = Parser(args, datetime.now(UTC), most=limits.search_keys, depth=limits.depth)
    key = _with_uids(parser.program(), session)
    if parser.names_modseq:
        session.enable("CONDSTORE")
    found, rest = await session.call(selection.folder.find, key)
    view = selection.view
    found = [uid for uid in found if view.number(uid) and uid not in view.gone]
    if rest is None:
        return found
    kept: list[int] = []
    for batch in batched(found, _AT_ONCE[cost(rest)], strict=False):
        # Who has left waits for no answer.
        if session.connection.has_ended:
            raise EOFError
        kept += await session.call(fitting, selection.folder, rest, batch)
    return kept


def _with_uids(key: Key, session: Session) -> Key:
    """Put uids in the place of numbers, which are this session's own."""
    match key:
        case Numbers(numbers, by_uid):
            return Uids(frozenset(session.selected.view.chosen(numbers, by_uid=by_uid, saved=session.saved)))
        case And(keys):
            return And(tuple(_with_uids(each, session) for each in keys))
        case Or(one, other):
            return Or(_with_uids(one, session), _with_uids(other, session))
        case Not(inner):
            return Not(_with_uids(inner, session))
    return key
