"""LOGIN (RFC 9051 §6.2.3)."""

from .. import capabilities
from ..lexer import Lexer
from ..registry import News, State, command
from ..replies import Done, No
from ..session import Session


@command("LOGIN", State.NEW, News.NONE)
async def login(session: Session, args: Lexer) -> Done:
    """Log in with a name and a password."""
    args.space()
    address = args.text()
    args.space()
    password = args.text()
    args.end()
    return await let_in(session, address, password)


async def let_in(session: Session, address: str, password: str) -> Done:
    """Ask the backend, in threads that only log-ins use."""
    if not session.may_log_in:
        raise No("Passwords are not taken in the clear: use STARTTLS", "PRIVACYREQUIRED")
    backend = session.service.backend
    session.mail = await session.service.log_ins.run(
        backend.run, backend.log_in, address, password, session.peer
    )
    return Done("completed", f"CAPABILITY {capabilities.of(session)}")
