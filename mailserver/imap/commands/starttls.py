"""STARTTLS (RFC 9051 §6.2.1)."""

from ..lexer import Lexer
from ..registry import News, State, command
from ..replies import Bad, Done, No
from ..session import Session


@command("STARTTLS", State.NEW, News.NONE)
async def starttls(session: Session, args: Lexer) -> Done:
    """Go on under TLS; what was said before it is forgotten."""
    args.end()
    if session.connection.is_encrypted:
        raise Bad("TLS is active already")
    if session.service.tls is None:
        raise No("There is no certificate", "UNAVAILABLE")
    session.program = ""
    answer = f"{session.tag} OK Begin TLS now\r\n".encode()
    await session.connection.start_tls(session.service.tls(), answer)
    return Done("")
