"""ENABLE (RFC 5161)."""

from ..answers import astring
from ..lexer import Lexer
from ..registry import State, command
from ..replies import Done
from ..session import Session

_KNOWN = frozenset({"CONDSTORE", "QRESYNC", "UTF8=ACCEPT", "IMAP4REV2"})


@command("ENABLE", State.WITH_MAIL)
async def enable(session: Session, args: Lexer) -> Done:
    """Note what the client knows; what we don't know is passed over."""
    names: list[str] = []
    while not args.is_at_end:
        args.space()
        names.append(args.atom())
    new = [name for name in dict.fromkeys(names) if name in _KNOWN and name not in session.enabled]
    for name in new:
        session.enable(name)
    await session.say(b" ".join([b"ENABLED", *map(astring, new)]))
    return Done("completed")
