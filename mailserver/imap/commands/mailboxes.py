"""CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE (RFC 9051 §6.3.4 to §6.3.8)."""

from ..lexer import Lexer
from ..mailbox_lines import ROLES
from ..registry import State, command
from ..replies import Bad, Done, No
from ..session import Session


def _one_name(args: Lexer) -> str:
    args.space()
    path = args.mailbox()
    args.end()
    return path


@command("CREATE", State.WITH_MAIL)
async def create(session: Session, args: Lexer) -> Done:
    """Make a mailbox; a / at the end says that others will stand below it, which any may have."""
    args.space()
    path = args.mailbox().removesuffix("/")
    role = "" if args.is_at_end else _use(args)
    args.end()
    if not path:
        raise Bad("A mailbox needs a name")
    key = await session.call(session.account.create, path, role)
    return Done("completed", f"MAILBOXID (F{key})")


def _use(args: Lexer) -> str:
    """Read what a mailbox is to be used for (RFC 6154 §3)."""
    args.space()
    args.expect(b"(USE ")
    names = [name.lower() for name in args.flags()]
    args.expect(b")")
    known = {name.lower(): role for role, name in ROLES.items()}
    if len(names) != 1 or names[0] not in known:
        raise No("No mailbox can be used so", "USEATTR")
    return known[names[0]]


@command("DELETE", State.WITH_MAIL)
async def delete(session: Session, args: Lexer) -> Done:
    """Delete a mailbox."""
    path = _one_name(args)
    await session.call(session.account.delete, path)
    if session.selection is not None and session.selection.folder.mailbox.path == path:
        session.leave()
    return Done("completed")


@command("RENAME", State.WITH_MAIL)
async def rename(session: Session, args: Lexer) -> Done:
    """Give a mailbox another name."""
    args.space()
    path = args.mailbox()
    args.space()
    new_path = args.mailbox()
    args.end()
    await session.call(session.account.rename, path, new_path)
    return Done("completed")


@command("SUBSCRIBE", State.WITH_MAIL)
async def subscribe(session: Session, args: Lexer) -> Done:
    """List a mailbox among those that are subscribed to."""
    return await _subscribe(session, args, is_subscribed=True)


@command("UNSUBSCRIBE", State.WITH_MAIL)
async def unsubscribe(session: Session, args: Lexer) -> Done:
    """Don't list it there any more."""
    return await _subscribe(session, args, is_subscribed=False)


async def _subscribe(session: Session, args: Lexer, *, is_subscribed: bool) -> Done:
    path = _one_name(args)
    account = session.account
    await session.call(lambda: account.subscribe(path, is_subscribed=is_subscribed))
    return Done("completed")
