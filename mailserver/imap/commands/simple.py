"""CAPABILITY, NOOP, CHECK, LOGOUT, ID, NAMESPACE (RFC 9051 §6.1, RFC 2971, RFC 2342)."""

from .. import capabilities
from ..answers import string
from ..lexer import Lexer
from ..registry import State, command
from ..replies import Bad, Done
from ..session import Session

_MOST_FIELDS = 30
_SHOWN = ("name", "version", "os")


@command("CAPABILITY", State.ANY)
async def capability(session: Session, args: Lexer) -> Done:
    """Say what the server can do."""
    args.end()
    await session.say(f"CAPABILITY {capabilities.of(session)}".encode())
    return Done("completed")


@command("NOOP", State.ANY)
async def noop(_session: Session, args: Lexer) -> Done:
    """Do nothing: news are told before the end of any command."""
    args.end()
    return Done("completed")


@command("CHECK", State.SELECTED)
async def check(_session: Session, args: Lexer) -> Done:
    """Do nothing (RFC 3501 §6.4.1): what was done is committed."""
    args.end()
    return Done("completed")


@command("LOGOUT", State.ANY)
async def logout(session: Session, args: Lexer) -> Done:
    """End the session."""
    args.end()
    session.leave()
    session.is_over = True
    await session.say(b"BYE until next time")
    return Done("completed")


@command("ID", State.ANY)
async def identify(session: Session, args: Lexer) -> Done:
    """Hear what the client says it is, and say what we are."""
    args.space()
    fields = {} if args.take(b"NIL") else _fields(args)
    args.end()
    session.program = " ".join(filter(None, (fields.get(name, "") for name in _SHOWN)))[:200]
    await session.say(b'ID ("name" "Postillion")')
    return Done("completed")


def _fields(args: Lexer) -> dict[str, str]:
    args.expect(b"(")
    args.spaces()
    found: dict[str, str] = {}
    while not args.take(b")"):
        name = args.string().decode("utf-8", "replace").lower()
        args.space()
        found[name] = "" if args.take(b"NIL") else args.string().decode("utf-8", "replace")
        args.spaces()
        if len(found) > _MOST_FIELDS:
            raise Bad("There are too many fields")
    return found


@command("NAMESPACE", State.WITH_MAIL)
async def namespace(session: Session, args: Lexer) -> Done:
    """Say where the person's own mailboxes are: there are no others."""
    args.end()
    await session.say(b'NAMESPACE (("" %b)) NIL NIL' % string("/"))
    return Done("completed")
