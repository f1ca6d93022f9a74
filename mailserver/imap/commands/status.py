"""STATUS (RFC 9051 §6.3.11)."""

from ..backend import Mailbox
from ..lexer import Lexer
from ..mailbox_lines import status_line
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
    others = {"APPENDLIMIT": str(session.limits.message_bytes)}
    if "RECENT" in items:
        others["RECENT"] = str(await session.call(session.account.recent, box.key))
    if "DELETED" in items:
        others["DELETED"] = str(await session.call(session.account.deleted, box.key))
    await session.say(status_line(box, items, others, utf8=session.utf8))
