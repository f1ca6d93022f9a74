"""SELECT and EXAMINE (RFC 9051 §6.3.2), with CONDSTORE and QRESYNC (RFC 7162 §3.1.8, §3.2.5)."""

from dataclasses import dataclass

from .. import news
from ..answers import mailbox as name_of
from ..backend import Folder, Row
from ..flag_list import SYSTEM_FLAGS, flag_list
from ..lexer import Lexer
from ..registry import News, State, command
from ..replies import Bad, Done
from ..sequence import NumberSet, within, written
from ..session import Selection, Session
from ..view import View


@dataclass(frozen=True, slots=True)
class Resync:
    """What the client knows of a mailbox: its uid validity, a modseq, and maybe which uids."""

    uid_validity: int
    modseq: int
    known: NumberSet | None


@dataclass(slots=True)
class Opened:
    """All that is read to open a mailbox."""

    folder: Folder
    view: View
    keywords: list[str]
    unseen: int
    vanished: list[int]
    changed: list[Row]


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
    resync = _parameters(session, args)
    args.end()
    had_one = session.selection is not None
    session.leave()
    if had_one and session.enabled & {"IMAP4REV2", "QRESYNC"}:
        await session.say(b"OK [CLOSED] The mailbox before is closed")
    account = session.account
    opened = await session.call(lambda: _read(account.select(path), resync))
    session.selection = Selection(opened.folder, opened.view, read_only=read_only)
    await _tell(session, opened, read_only=read_only)
    await _tell_changes(session, opened)
    return Done("completed", "READ-ONLY" if read_only else "READ-WRITE")


def _read(folder: Folder, resync: Resync | None) -> Opened:
    """The modseq was read with the mailbox, before the uids, so that nothing is missed between."""
    view = View(folder.uids(), folder.mailbox.highest_modseq)
    opened = Opened(folder, view, folder.keywords(), folder.first_unseen(), [], [])
    if resync and resync.uid_validity == folder.mailbox.uid_validity:
        last = folder.mailbox.uid_next - 1
        known = resync.known.bounds(last) if resync.known else [(1, last)]
        opened.vanished = [uid for uid in folder.vanished(resync.modseq, known) if not view.number(uid)]
        changed = {row.uid: row for row in folder.rows_since(1, max(last, 1), resync.modseq)}
        opened.changed = [changed[uid] for uid in within(changed, known)]
    return opened


async def _tell(session: Session, opened: Opened, *, read_only: bool) -> None:
    box, view = opened.folder.mailbox, opened.view
    session.selected.keywords.update(opened.keywords)
    await session.say(f"FLAGS ({flag_list(session.selected.keywords)})".encode())
    permanent = "()" if read_only else f"({SYSTEM_FLAGS} \\*)"
    await session.say(f"OK [PERMANENTFLAGS {permanent}] Kept".encode())
    await session.say(b"%d EXISTS" % len(view))
    if "IMAP4REV2" in session.enabled:
        await session.say(b'LIST () "/" %b' % name_of(box.path, utf8=True))
    else:
        await news.tell_recent(session)
        if opened.unseen and view.number(opened.unseen):
            await session.say(b"OK [UNSEEN %d] The first that was not read" % view.number(opened.unseen))
    await session.say(b"OK [UIDVALIDITY %d] Uids are valid" % box.uid_validity)
    await session.say(b"OK [UIDNEXT %d] The next uid" % box.uid_next)
    await session.say(b"OK [HIGHESTMODSEQ %d] The newest change" % max(view.modseq, 1))
    await session.say(b"OK [MAILBOXID (F%d)] Its id" % box.key)


async def _tell_changes(session: Session, opened: Opened) -> None:
    """Say what happened since the client was here (RFC 7162 §3.2.5.1)."""
    if opened.vanished:
        await session.say(f"VANISHED (EARLIER) {written(opened.vanished)}".encode())
    await news.tell_flags(session, [row for row in opened.changed if opened.view.number(row.uid)])


def _parameters(session: Session, args: Lexer) -> Resync | None:
    if args.is_at_end:
        return None
    args.space()
    args.expect(b"(")
    resync = None
    while not args.take(b")"):
        word = args.atom()
        session.enable("CONDSTORE")
        if word == "QRESYNC":
            if "QRESYNC" not in session.enabled:
                raise Bad("Enable QRESYNC first")
            args.space()
            resync = _resync(args)
        elif word != "CONDSTORE":
            raise Bad(f"{word} is not known")
        args.take(b" ")
    return resync


def _resync(args: Lexer) -> Resync:
    args.expect(b"(")
    validity = args.number()
    args.space()
    modseq = args.number()
    known = None
    if args.take(b" ") and args.starts_set():
        known = args.number_set()
        args.take(b" ")
    if args.take(b"("):
        # Numbers matched to uids: they spare the server work that ours has not.
        args.number_set()
        args.space()
        args.number_set()
        args.expect(b")")
    args.expect(b")")
    return Resync(validity, modseq, known)
