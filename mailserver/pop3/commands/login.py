"""USER and PASS (RFC 1939 §7)."""

from mailserver import sasl

from ..backend import Owner
from ..registry import State, command
from ..replies import Bad, No
from ..session import Session


@command("USER", State.AUTHORIZATION, 1)
async def user(session: Session, words: list[str]) -> str:
    """Say who one is; that there is nobody of this name is not told."""
    refuse_plaintext(session)
    session.user = words[0]
    return "Now the password"


@command("PASS", State.AUTHORIZATION, 1)
async def password(session: Session, words: list[str]) -> str:
    """Prove it, right after USER."""
    refuse_plaintext(session)
    name, session.user = session.user, ""
    if not name:
        raise Bad("First comes USER")
    claim = sasl.Password(name, words[0])
    owner, _ = await session.call_at_log_in(session.service.backend.log_in, claim, session.connection.ip)
    return await welcome(session, owner)


def refuse_plaintext(session: Session) -> None:
    """Take no log-in where anybody may listen."""
    if not session.may_log_in:
        raise No("Passwords are not taken in the clear: use STLS")


async def welcome(session: Session, owner: Owner) -> str:
    """Open the maildrop of who is in."""
    answer = await session.enter(await session.call(owner.open))
    await session.watch_over(owner.admission)
    return answer
