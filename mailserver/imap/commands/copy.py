"""COPY and MOVE (RFC 9051 §6.4.7, §6.4.8)."""

from ..lexer import Lexer
from ..registry import State, command
from ..replies import Done
from ..sequence import written
from ..session import Session


@command("COPY", State.SELECTED)
async def copy(session: Session, args: Lexer) -> Done:
    """Copy messages, named by number, to another mailbox."""
    return await _copy(session, args, by_uid=False)


@command("UID COPY", State.SELECTED)
async def uid_copy(session: Session, args: Lexer) -> Done:
    """Copy messages, named by uid."""
    return await _copy(session, args, by_uid=True)


@command("MOVE", State.SELECTED)
async def move(session: Session, args: Lexer) -> Done:
    """Move messages, named by number."""
    return await _move(session, args, by_uid=False)


@command("UID MOVE", State.SELECTED)
async def uid_move(session: Session, args: Lexer) -> Done:
    """Move messages, named by uid."""
    return await _move(session, args, by_uid=True)


async def _copy(session: Session, args: Lexer, *, by_uid: bool) -> Done:
    uids, path = _read(session, args, by_uid=by_uid)
    if not uids:
        return Done("completed, nothing was named")
    return Done("completed", _code(*await session.call(session.selected.folder.copy, uids, path)))


async def _move(session: Session, args: Lexer, *, by_uid: bool) -> Done:
    uids, path = _read(session, args, by_uid=by_uid)
    session.selected.refuse_read_only()
    if not uids:
        return Done("completed, nothing was named")
    code = _code(*await session.call(session.selected.folder.move, uids, path))
    if code:
        # Before the numbers go: with the tagged answer it would come too late for them.
        await session.say(f"OK [{code}] Moved".encode())
    return Done("completed")


def _read(session: Session, args: Lexer, *, by_uid: bool) -> tuple[list[int], str]:
    args.space()
    numbers = args.number_set()
    args.space()
    path = args.mailbox()
    args.end()
    return session.chosen(numbers, by_uid=by_uid), path


def _code(validity: int, pairs: list[tuple[int, int]]) -> str:
    """COPYUID: both sets in the same order (RFC 4315 §3)."""
    if not pairs:
        return ""
    return f"COPYUID {validity} {written(old for old, _ in pairs)} {written(new for _, new in pairs)}"
