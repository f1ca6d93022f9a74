"""AUTHENTICATE (RFC 9051 §6.2.2) with SASL PLAIN (RFC 4616) and an initial response (RFC 4959)."""

import asyncio
import binascii

from ..lexer import Lexer
from ..registry import News, State, command
from ..replies import Bad, Bye, Done, No
from ..session import Session
from .login import let_in

_LONGEST = 12 * 1024


@command("AUTHENTICATE", State.NEW, News.NONE)
async def authenticate(session: Session, args: Lexer) -> Done:
    """Log in with a mechanism of SASL."""
    args.space()
    mechanism = args.atom()
    first = None
    if not args.is_at_end:
        args.space()
        first = b"" if args.take(b"=") else args.astring()
    args.end()
    if mechanism != "PLAIN":
        raise No("This mechanism is not known", "CANNOT")
    if not session.may_log_in:
        raise No("Passwords are not taken in the clear: use STARTTLS", "PRIVACYREQUIRED")
    return await let_in(session, *_plain(_decoded(first if first is not None else await _asked(session))))


async def _asked(session: Session) -> bytes:
    """Send an empty challenge; what the client answers."""
    session.connection.write(b"+ \r\n")
    try:
        line = await session.connection.line(_LONGEST)
    except asyncio.LimitOverrunError as error:
        raise Bye("A line is too long") from error
    if line.strip() == b"*":
        raise Bad("AUTHENTICATE is given up")
    return line.strip()


def _decoded(digits: bytes) -> bytes:
    try:
        return binascii.a2b_base64(digits, strict_mode=True) if digits else b""
    except binascii.Error as error:
        raise Bad("The answer is no base64") from error


def _plain(answer: bytes) -> tuple[str, str]:
    """Address and password; to act for somebody else is nobody's right."""
    try:
        other, address, password = answer.decode().split("\0")
    except ValueError as error:
        raise Bad("The answer is not what PLAIN says") from error
    if other not in ("", address):
        raise No("Nobody may act for others", "AUTHORIZATIONFAILED")
    return address, password
