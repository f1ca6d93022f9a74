"""APPEND (RFC 9051 §6.3.12)."""

from .. import dates
from ..backend import NewMessage
from ..lexer import Lexer
from ..registry import State, command
from ..replies import Bad, Done, No
from ..sequence import written
from ..session import Session


@command("APPEND", State.WITH_MAIL)
async def append(session: Session, args: Lexer) -> Done:
    """Add messages to a mailbox, all or none (RFC 3502)."""
    args.space()
    path = args.mailbox()
    messages: list[NewMessage] = []
    while not args.is_at_end:
        args.space()
        messages.append(_message(args))
    if not messages:
        raise Bad("A message is expected")
    validity, uids = await session.call(session.account.append, path, messages)
    return Done("completed", f"APPENDUID {validity} {written(uids)}")


def _message(args: Lexer) -> NewMessage:
    flags: frozenset[str] = frozenset()
    received_at = None
    if args.peek(b"("):
        flags = frozenset(args.flags())
        args.space()
    if args.peek(b'"'):
        received_at = dates.moment(args.string().decode("ascii", "replace"))
        args.space()
    is_utf8 = args.take(b"UTF8 (")
    raw = args.literal()
    if is_utf8:
        args.expect(b")")
    if not raw:
        raise No("There is nothing to append", "CANNOT")
    return NewMessage(raw, flags, received_at)
