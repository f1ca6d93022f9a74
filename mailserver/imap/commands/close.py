"""CLOSE and UNSELECT (RFC 9051 §6.4.1, §6.4.2)."""

from ..lexer import Lexer
from ..registry import News, State, command
from ..replies import Done
from ..session import Session


@command("CLOSE", State.SELECTED, News.NONE)
async def close(session: Session, args: Lexer) -> Done:
    """Expunge without a word, and select nothing."""
    args.end()
    selection = session.selected
    if not selection.read_only:
        await session.call(selection.folder.expunge, None)
    session.leave()
    return Done("completed")


@command("UNSELECT", State.SELECTED, News.NONE)
async def unselect(session: Session, args: Lexer) -> Done:
    """Select nothing."""
    args.end()
    session.leave()
    return Done("completed")
