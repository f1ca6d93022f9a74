"""What is in the maildrop, and what is to be deleted (RFC 1939 §5-§7)."""

from collections.abc import Callable
from itertools import batched

from ..registry import State, command
from ..replies import No
from ..session import Session
from ..wire import number

_LINES_AT_ONCE = 1000


@command("STAT", State.TRANSACTION)
async def stat(session: Session, _words: list[str]) -> str:
    """Count messages and octets."""
    return f"{session.opened.count} {session.opened.size}"


@command("LIST", State.TRANSACTION, 0, 1)
async def listing(session: Session, words: list[str]) -> str:
    """Say how large a message is, or each."""
    drop = session.opened
    return await _listed(session, words, lambda position: str(drop.listing.sizes[position]))


@command("UIDL", State.TRANSACTION, 0, 1)
async def uidl(session: Session, words: list[str]) -> str:
    """Give a message, or each, the name that it has in every session."""
    listing = session.opened.listing
    return await _listed(session, words, lambda position: f"{listing.epoch}-{listing.keys[position]}")


async def _listed(session: Session, words: list[str], line: Callable[[int], str]) -> str:
    drop = session.opened
    if words:
        position = drop.find(number(words[0]))
        return f"{position + 1} {line(position)}"
    await session.connection.send(f"+OK {drop}\r\n".encode())
    standing = (position for position in range(len(drop.listing.keys)) if position not in drop.deleted)
    for some in batched(standing, _LINES_AT_ONCE, strict=False):
        lines = "".join([f"{position + 1} {line(position)}\r\n" for position in some])
        await session.connection.send(lines.encode())
    await session.connection.send(b".\r\n")
    return ""


@command("DELE", State.TRANSACTION, 1)
async def dele(session: Session, words: list[str]) -> str:
    """Mark a message: it goes at QUIT, and only then."""
    drop = session.opened
    drop.deleted.add(drop.find(number(words[0])))
    return "Deleted when you quit"


@command("RSET", State.TRANSACTION)
async def rset(session: Session, _words: list[str]) -> str:
    """Take all marks back."""
    session.opened.deleted.clear()
    return str(session.opened)


@command("NOOP", State.TRANSACTION)
async def noop(_session: Session, _words: list[str]) -> str:
    """Do nothing."""
    return "Nothing done"


@command("QUIT", State.ANY)
async def leave(session: Session, _words: list[str]) -> str:
    """Delete what is marked, all or nothing, and end."""
    session.is_over = True
    try:
        await session.leave(commits=True)
    except No as refusal:
        raise No(f"{refusal.text}; nothing was deleted", refusal.code) from refusal
    return "Until next time"
