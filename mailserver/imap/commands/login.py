"""LOGIN (RFC 9051 §6.2.3)."""

from mailserver import sasl

from .. import capabilities
from ..backend import Mail
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
    refuse_plaintext(session)
    claim = sasl.Password(address, password)
    mail, _ = await session.call_at_log_in(session.service.backend.log_in, claim, session.peer)
    return await welcome(session, mail)


def refuse_plaintext(session: Session) -> None:
    """Take no log-in where anybody may listen."""
    if not session.may_log_in:
        raise No("Passwords are not taken in the clear: use STARTTLS", "PRIVACYREQUIRED")


async def welcome(session: Session, mail: Mail) -> Done:
    """Somebody is in; what the server can do for them."""
    session.mail = mail
    await session.watch_over(mail.admission)
    return Done("completed", f"CAPABILITY {capabilities.of(session)}")
