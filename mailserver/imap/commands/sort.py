"""SORT and UID SORT (RFC 5256, RFC 5957; RETURN as RFC 5267)."""

from dataclasses import replace
from itertools import batched

from .. import contexts, returning, sorting
from ..contexts import Live
from ..lexer import Lexer
from ..registry import News, State, command
from ..replies import Bad, Done
from ..session import Session
from ..sorting import KEYS, Criterion, Sortable
from .search import Found, find, known_charset, named, tell_esearch

_AT_ONCE = 1000
_MOST_CRITERIA = 20


@command("SORT", State.SELECTED, News.NO_EXPUNGES)
async def sort(session: Session, args: Lexer) -> Done:
    """Find messages and sort them, told by number."""
    return await _sort(session, args, by_uid=False)


@command("UID SORT", State.SELECTED)
async def uid_sort(session: Session, args: Lexer) -> Done:
    """Find messages and sort them, told by uid."""
    return await _sort(session, args, by_uid=True)


async def _sort(session: Session, args: Lexer, *, by_uid: bool) -> Done:
    args.space()
    wanted = returning.read(args)
    criteria = _criteria(args)
    args.space()
    known_charset(args)
    args.space()
    found = await find(session, args)
    messages = await sortables(session, found)
    messages = sorting.in_order(messages, criteria)
    in_order = replace(found, uids=[message.uid for message in messages])
    if wanted is not None:
        await tell_esearch(session, wanted, in_order, by_uid=by_uid)
        if "UPDATE" in wanted.words:
            live = Live(session.tag, by_uid, found.key, set(found.uids), criteria, messages)
            await contexts.begin(session, live)
        return Done("completed")
    numbers = named(session, in_order.uids, by_uid=by_uid)
    await session.say(b" ".join([b"SORT", *(b"%d" % number for number in numbers)]))
    return Done("completed")


async def sortables(session: Session, found: Found) -> list[Sortable]:
    """Read what messages are sorted by."""
    folder = session.selected.folder
    messages: list[Sortable] = []
    for batch in batched(found.uids, _AT_ONCE, strict=False):
        messages += await session.call(sorting.read, folder, batch)
    return messages


def _criteria(args: Lexer) -> list[Criterion]:
    found: list[Criterion] = []
    is_reverse = False
    for word in args.words():
        if word == "REVERSE":
            is_reverse = True
            continue
        if word not in KEYS:
            raise Bad(f"Nothing can be sorted by {word}")
        found.append(Criterion(word, is_reverse))
        is_reverse = False
    if is_reverse or not found or len(found) > _MOST_CRITERIA:
        raise Bad("This is no way to sort")
    return found
