"""APPEND (RFC 9051 §6.3.12), also of what is put together (RFC 4469)."""

from .. import new_message
from ..lexer import Lexer
from ..new_message import Given
from ..registry import State, command
from ..replies import Bad, Done
from ..sequence import written
from ..session import Session


@command("APPEND", State.WITH_MAIL)
async def append(session: Session, args: Lexer) -> Done:
    """Add messages to a mailbox, all or none (RFC 3502)."""
    args.space()
    path = args.mailbox()
    given: list[Given] = []
    while not args.is_at_end:
        args.space()
        given.append(new_message.read(args))
    if not given:
        raise Bad("A message is expected")
    if any(each.has_urls for each in given):
        # Before they are read: without a literal nobody has looked yet whether there is such a mailbox.
        await session.call(session.account.check_append, path, 0)
    messages = [await new_message.whole(session, each) for each in given]
    validity, uids = await session.call(session.account.append, path, messages)
    return Done("completed", f"APPENDUID {validity} {written(uids)}")
