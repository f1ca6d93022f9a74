"""STATUS (RFC 9051 §6.3.11)."""

from ..answers import mailbox as name_of
from ..backend import Mailbox
from ..lexer import Lexer
from ..registry import State, command
from ..replies import Bad, Done, No
from ..session import Session

ITEMS = frozenset(
    {
        "MESSAGES",
        "RECENT",
        "UIDNEXT",
        "UIDVALIDITY",
        "UNSEEN",
        "DELETED",
        "SIZE",
        "APPENDLIMIT",
        "HIGHESTMODSEQ",
        "MAILBOXID",
    }
)


@command("STATUS", State.WITH_MAIL)
async def status(session: Session, args: Lexer) -> Done:
    """Tell of a mailbox without selecting it."""
    args.space()
    path = args.mailbox()
    args.space()
    items = args.words()
    args.end()
    unknown = set(items) - ITEMS
    if unknown:
        raise Bad(f"{min(unknown)} is not known")
    mailboxes = await session.call(session.account.mailboxes)
    found = next((box for box in mailboxes if box.path == path), None)
    if found is None:
        raise No("There is no such mailbox", "NONEXISTENT")
    await tell_status(session, found, items)
    return Done("completed")


async def tell_status(session: Session, box: Mailbox, items: list[str]) -> None:
    """Say what was asked for of a mailbox."""
    if "HIGHESTMODSEQ" in items:
        session.enable("CONDSTORE")
    values = {
        "MESSAGES": str(box.messages),
        "RECENT": "0",
        "UIDNEXT": str(box.uid_next),
        "UIDVALIDITY": str(box.uid_validity),
        "UNSEEN": str(box.unseen),
        "SIZE": str(box.size),
        "APPENDLIMIT": str(session.limits.message_bytes),
        "HIGHESTMODSEQ": str(max(box.highest_modseq, 1)),
        "MAILBOXID": f"(F{box.key})",
    }
    if "RECENT" in items:
        values["RECENT"] = str(await session.call(session.account.recent, box.key))
    if "DELETED" in items:
        values["DELETED"] = str(await session.call(session.account.deleted, box.key))
    told = " ".join(f"{item} {values[item]}" for item in dict.fromkeys(items))
    await session.say(b"STATUS %b (%b)" % (name_of(box.path, utf8=session.utf8), told.encode()))
