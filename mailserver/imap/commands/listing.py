"""LIST, LSUB and what they may tell more (RFC 9051 §6.3.9, RFC 3501 §6.3.9, RFC 5819, RFC 6154)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ..backend import Mailbox
from ..lexer import Lexer
from ..mailbox_lines import ROLES, list_line
from ..patterns import Pattern
from ..registry import State, command
from ..replies import Bad, Done
from ..session import Session
from .status import ITEMS, tell_status

_MOST_PATTERNS = 100
_SELECTION = {"SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE"}
_RETURN = {"SUBSCRIBED", "CHILDREN", "SPECIAL-USE"}


@dataclass(slots=True)
class Request:
    """What is to be listed, and what is to be told of each."""

    reference: str = ""
    patterns: list[str] = field(default_factory=list)
    only: set[str] = field(default_factory=set)
    more: set[str] = field(default_factory=set)
    status: list[str] = field(default_factory=list)
    is_extended: bool = False


@command("LIST", State.WITH_MAIL)
async def list_(session: Session, args: Lexer) -> Done:
    """List mailboxes."""
    request = _request(args)
    if request.patterns == [""] and not request.is_extended:
        await session.say(b'LIST (\\Noselect) "/" ""')
        return Done("completed")
    mailboxes = await session.call(session.account.mailboxes)
    lost = await session.call(session.account.lost_subscriptions) if "SUBSCRIBED" in request.only else []
    pattern = Pattern([request.reference + each for each in request.patterns])
    for row in rows(mailboxes, pattern, request):
        await session.say(_line(b"LIST", row, utf8=session.utf8))
        if request.status and row.mailbox is not None:
            await tell_status(session, row.mailbox, request.status)
    for path in filter(pattern.fits, lost):
        gone = Row(path, None, ("\\NonExistent", "\\Subscribed"))
        await session.say(_line(b"LIST", gone, utf8=session.utf8))
    return Done("completed")


@command("LSUB", State.WITH_MAIL)
async def lsub(session: Session, args: Lexer) -> Done:
    """List what is subscribed to, as IMAP4rev1 asks for it."""
    args.space()
    reference = args.mailbox()
    args.space()
    pattern = Pattern([reference + args.list_mailbox()])
    args.end()
    mailboxes = await session.call(session.account.mailboxes)
    subscribed = {box.path for box in mailboxes if box.is_subscribed}
    subscribed.update(await session.call(session.account.lost_subscriptions))
    order = [box.path for box in mailboxes if box.path in subscribed]
    for path in _with_parents([*order, *sorted(subscribed.difference(order))]):
        if pattern.fits(path) and (path in subscribed or pattern.stops_at_levels):
            flags = () if path in subscribed else ("\\Noselect",)
            await session.say(_line(b"LSUB", Row(path, None, flags), utf8=session.utf8))
    return Done("completed")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list; `mailbox` is None where only those below it exist."""

    path: str
    mailbox: Mailbox | None
    flags: Collection[str]
    has_subscribed_below: bool = False


def rows(mailboxes: Collection[Mailbox], pattern: Pattern, request: Request) -> Iterable[Row]:
    """What a request lists of these (pure)."""
    by_path = {box.path: box for box in mailboxes}
    above = _above(mailboxes)
    unlisted = [box for box in mailboxes if box.is_subscribed and not pattern.fits(box.path)]
    subscribed_above = _above(unlisted)
    for path in _with_parents([box.path for box in mailboxes]):
        box = by_path.get(path)
        if not pattern.fits(path):
            continue
        below = "RECURSIVEMATCH" in request.only and path in subscribed_above
        if _is_wanted(box, request) or below:
            yield Row(path, box, _flags(path, box, above, request), has_subscribed_below=below)


def _is_wanted(box: Mailbox | None, request: Request) -> bool:
    if box is None:
        return not request.only & {"SUBSCRIBED", "SPECIAL-USE"}
    if "SUBSCRIBED" in request.only and not box.is_subscribed:
        return False
    return "SPECIAL-USE" not in request.only or box.role in ROLES


def _flags(path: str, box: Mailbox | None, above: Collection[str], request: Request) -> list[str]:
    flags = ["\\HasChildren" if path in above else "\\HasNoChildren"]
    if box is None:
        flags[:0] = ["\\NonExistent"] if request.is_extended else ["\\Noselect"]
    elif box.is_subscribed and "SUBSCRIBED" in request.only | request.more:
        flags.append("\\Subscribed")
    if box is not None and box.role in ROLES:
        flags.append(ROLES[box.role])
    return flags


def _line(word: bytes, row: Row, *, utf8: bool) -> bytes:
    more = b' ("CHILDINFO" ("SUBSCRIBED"))' if row.has_subscribed_below else b""
    return list_line(word, row.path, row.flags, more, utf8=utf8)


def _above(mailboxes: Iterable[Mailbox]) -> set[str]:
    """All paths that have one of these below them."""
    found: set[str] = set()
    for box in mailboxes:
        path = box.path.rpartition("/")[0]
        while path and path not in found:
            found.add(path)
            path = path.rpartition("/")[0]
    return found


def _with_parents(known: Collection[str]) -> list[str]:
    """Paths in their order, and before each those above it that don't exist themselves."""
    there = set(known)
    paths: dict[str, None] = {}
    for each in known:
        levels = each.split("/")
        for depth in range(1, len(levels)):
            path = "/".join(levels[:depth])
            if path not in there:
                paths.setdefault(path)
        paths.setdefault(each)
    return list(paths)


def _request(args: Lexer) -> Request:
    request = Request()
    args.space()
    if args.peek(b"("):
        request.is_extended = True
        request.only = set(_words(args, _SELECTION))
        if "RECURSIVEMATCH" in request.only and not request.only - {"RECURSIVEMATCH", "REMOTE"}:
            raise Bad("RECURSIVEMATCH needs something to match")
        args.space()
    request.reference = args.mailbox()
    args.space()
    if args.take(b"("):
        request.is_extended = True
        request.patterns.append(args.list_mailbox())
        while not args.take(b")"):
            args.space()
            request.patterns.append(args.list_mailbox())
    else:
        request.patterns.append(args.list_mailbox())
    if len(request.patterns) > _MOST_PATTERNS:
        raise Bad("There are too many patterns")
    if not args.is_at_end:
        args.space()
        _return_options(args, request)
    args.end()
    return request


def _return_options(args: Lexer, request: Request) -> None:
    if args.atom() != "RETURN":
        raise Bad("RETURN is expected")
    request.is_extended = True
    args.space()
    args.expect(b"(")
    while not args.take(b")"):
        word = args.atom()
        if word == "STATUS":
            args.space()
            request.status = [item for item in args.words() if _known(item, ITEMS)]
        elif _known(word, _RETURN):
            request.more.add(word)
        args.take(b" ")


def _words(args: Lexer, known: Collection[str]) -> list[str]:
    if args.take(b"()"):
        return []
    return [word for word in args.words() if _known(word, known)]


def _known(word: str, known: Collection[str]) -> bool:
    if word not in known:
        raise Bad(f"{word} is not known")
    return True
