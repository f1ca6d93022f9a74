"""SELECT and EXAMINE (RFC 9051 §6.3.2)."""

from ..answers import mailbox as name_of
from ..backend import Folder
from ..lexer import Lexer
from ..registry import News, State, command
from ..replies import Done
from ..session import SYSTEM_FLAGS, Selection, Session, flag_list
from ..view import View


@command("SELECT", State.WITH_MAIL, News.NONE)
async def select(session: Session, args: Lexer) -> Done:
    """Open a mailbox to read and to change."""
    return await _open(session, args, read_only=False)


@command("EXAMINE", State.WITH_MAIL, News.NONE)
async def examine(session: Session, args: Lexer) -> Done:
    """Open a mailbox to read."""
    return await _open(session, args, read_only=True)


async def _open(session: Session, args: Lexer, *, read_only: bool) -> Done:
    args.space()
    path = args.mailbox()
    args.end()
    had_one = session.selection is not None
    session.leave()
    if had_one and "IMAP4REV2" in session.enabled:
        await session.say(b"OK [CLOSED] The mailbox before is closed")
    account = session.account
    opened = await session.call(lambda: _read(account.select(path)))
    await _tell(session, *opened, read_only=read_only)
    return Done("completed", "READ-ONLY" if read_only else "READ-WRITE")


def _read(folder: Folder) -> tuple[Folder, View, list[str], int]:
    """What SELECT tells; the modseq is read before the uids, so that nothing is missed between."""
    view = View(folder.uids(), folder.mailbox.highest_modseq)
    return folder, view, folder.keywords(), folder.first_unseen()


async def _tell(
    session: Session, folder: Folder, view: View, keywords: list[str], unseen: int, *, read_only: bool
) -> None:
    box = folder.mailbox
    session.selection = selection = Selection(folder, view, read_only=read_only)
    selection.flags.update(keywords)
    await session.say(f"FLAGS ({flag_list(keywords)})".encode())
    permanent = "()" if read_only else f"({SYSTEM_FLAGS} \\*)"
    await session.say(f"OK [PERMANENTFLAGS {permanent}] Kept".encode())
    await session.say(b"%d EXISTS" % len(view))
    if "IMAP4REV2" in session.enabled:
        await session.say(b'LIST () "/" %b' % name_of(box.path, utf8=True))
    else:
        await session.say(b"0 RECENT")
        if unseen and view.number(unseen):
            await session.say(b"OK [UNSEEN %d] The first that was not read" % view.number(unseen))
    await session.say(b"OK [UIDVALIDITY %d] Uids are valid" % box.uid_validity)
    await session.say(b"OK [UIDNEXT %d] The next uid" % box.uid_next)
    await session.say(b"OK [HIGHESTMODSEQ %d] The newest change" % max(view.modseq, 1))
