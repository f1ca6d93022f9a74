"""IDLE (RFC 9051 §6.3.13): news as they happen."""

from .. import notify
from ..lexer import Lexer
from ..listening import until_spoken
from ..registry import State, command
from ..replies import Bad, Done
from ..session import Session

_LONGEST = 100


@command("IDLE", State.WITH_MAIL)
async def idle(session: Session, args: Lexer) -> Done:
    """Tell news until the client says DONE."""
    args.end()
    session.connection.write(b"+ idling\r\n")
    await until_spoken(session, notify.tell)
    line = await session.connection.line(_LONGEST)
    if line.strip().upper() != b"DONE":
        raise Bad("DONE is expected")
    return Done("completed")
