"""EXPUNGE and UID EXPUNGE (RFC 9051 §6.4.3, §6.4.9)."""

from ..lexer import Lexer
from ..registry import State, command
from ..replies import Done
from ..session import Session


@command("EXPUNGE", State.SELECTED)
async def expunge(session: Session, args: Lexer) -> Done:
    """Take out all that is flagged as deleted."""
    args.end()
    return await _expunge(session, None)


@command("UID EXPUNGE", State.SELECTED)
async def uid_expunge(session: Session, args: Lexer) -> Done:
    """Take out those of these that are flagged as deleted."""
    args.space()
    numbers = args.number_set()
    args.end()
    return await _expunge(session, session.chosen(numbers, by_uid=True))


async def _expunge(session: Session, uids: list[int] | None) -> Done:
    selection = session.selected
    selection.refuse_read_only()
    await session.call(selection.folder.expunge, uids)
    return Done("completed")
