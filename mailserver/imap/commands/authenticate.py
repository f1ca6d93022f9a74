"""AUTHENTICATE (RFC 9051 §6.2.2) with the mechanisms of SASL, and an initial response (RFC 4959)."""

from mailserver import sasl

from ..backend import Mail
from ..lexer import Lexer
from ..registry import News, State, command
from ..replies import Bad, Done, No
from ..session import Session
from .login import ask, refuse_plaintext, welcome

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
    try:
        return welcome(session, await _exchanged(session, exchange, first))
    except sasl.SaslError as error:
        raise Bad("The answer is not what the mechanism says") from error


async def _exchanged(session: Session, exchange: sasl.Exchange, first: str | None) -> Mail:
    """Go through the exchange to its end: who it was is only then true."""
    mail: Mail | None = None
    try:
        step = next(exchange)
        while True:
            answer: bytes | sasl.Salt
            match step:
                case sasl.Challenge(octets):
                    answer = sasl.decode(await _asked(session, octets) if first is None else first)
                    first = None
                case sasl.SaltWanted(name):
                    answer = await ask(session, session.service.backend.salt, name)
                case claim:
                    mail, answer = await ask(session, session.service.backend.log_in, claim, session.peer)
            step = exchange.send(answer)
    except StopIteration:
        if mail is None:
            raise sasl.SaslError("it ended without a claim") from None
        return mail


async def _asked(session: Session, challenge: bytes) -> str:
    """Send a challenge; what the client answers."""
    session.connection.write(f"+ {sasl.encode(challenge)}\r\n".encode())
    line = await session.connection.line(_LONGEST)
    if line.strip() == b"*":
        raise Bad("AUTHENTICATE is given up")
    return line.strip().decode("ascii", "replace")
