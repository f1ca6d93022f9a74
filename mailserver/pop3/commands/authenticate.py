"""AUTH (RFC 5034) with the mechanisms of SASL."""

from mailserver import log_in, sasl

from ..registry import State, command
from ..replies import Bad, No
from ..session import Session
from .login import refuse_plaintext, welcome


@command("AUTH", State.AUTHORIZATION, 0, 2)
async def authenticate(session: Session, words: list[str]) -> str:
    """Log in with a mechanism; without a word, name them, as programs ask that are older than CAPA."""
    refuse_plaintext(session)
    if not words:
        lines = "\r\n".join(["+OK", *sasl.mechanisms(), "."])
        await session.connection.send(f"{lines}\r\n".encode())
        return ""
    exchange = sasl.begin(words[0])
    if exchange is None:
        raise No("This mechanism is not known")
    backend = session.service.backend
    try:
        owner = await log_in.carry_out(
            exchange,
            _initial(words),
            respond=lambda challenge: _asked(session, challenge),
            salt=lambda name: session.call_at_log_in(backend.salt, name),
            log_in=lambda claim: session.call_at_log_in(backend.log_in, claim, session.connection.ip),
        )
    except sasl.SaslError as error:
        raise Bad("The answer is not what the mechanism says") from error
    return await welcome(session, owner)


def _initial(words: list[str]) -> str | None:
    """What came with the command: "=" is a response, an empty one (RFC 5034 §4)."""
    if len(words) == 1:
        return None
    return "" if words[1] == "=" else words[1]


async def _asked(session: Session, challenge: bytes) -> str:
    """Send a challenge; what the client answers."""
    session.connection.write(f"+ {sasl.encode(challenge)}\r\n".encode())
    line = await session.connection.line(session.service.limits.response_bytes)
    if line.strip() == b"*":
        raise Bad("AUTH is given up")
    return line.strip().decode("ascii", "replace")
