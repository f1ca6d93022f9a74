"""CANCELUPDATE (RFC 5267 §4.4)."""

from ..lexer import Lexer
from ..registry import State, command
from ..replies import Bad, Done
from ..session import Session


@command("CANCELUPDATE", State.SELECTED)
async def cancel_update(session: Session, args: Lexer) -> Done:
    """Let searches go on no more."""
    lives = session.selected.lives
    while not args.is_at_end:
        args.space()
        tag = args.string().decode("ascii", "replace")
        if lives.pop(tag, None) is None:
            raise Bad("No search of this tag goes on")
    return Done("completed")
