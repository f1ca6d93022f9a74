"""AUTHENTICATE (RFC 9051 §6.2.2) with the mechanisms of SASL, and an initial response (RFC 4959)."""

from mailserver import log_in, sasl

from ..lexer import Lexer
from ..registry import News, State, command
from ..replies import Bad, Done, No
from ..session import Session
from .login import refuse_plaintext, welcome

_LONGEST = 12 * 1024


@command("AUTHENTICATE", State.NEW, News.NONE)
async def authenticate(session: Session, args: Lexer) -> Done:
    """Log in with a mechanism of SASL."""
    args.space()
    exchange = sasl.begin(args.atom())
    first = None
    if not args.is_at_end:
        args.space()
        first = "" if args.take(b"=") else args.astring().decode("ascii", "replace")
    args.end()
    if exchange is None:
        raise No("This mechanism is not known", "CANNOT")
    refuse_plaintext(session)
    backend = session.service.backend
    try:
        mail = await log_in.carry_out(
            exchange,
            first,
            respond=lambda challenge: _asked(session, challenge),
            salt=lambda name: session.call_at_log_in(backend.salt, name),
            log_in=lambda claim: session.call_at_log_in(backend.log_in, claim, session.peer),
        )
    except sasl.SaslError as error:
        raise Bad("The answer is not what the mechanism says") from error
    return await welcome(session, mail)


async def _asked(session: Session, challenge: bytes) -> str:
    """Send a challenge; what the client answers."""
    session.connection.write(f"+ {sasl.encode(challenge)}\r\n".encode())
    line = await session.connection.line(_LONGEST)
    if line.strip() == b"*":
        raise Bad("AUTHENTICATE is given up")
    return line.strip().decode("ascii", "replace")
