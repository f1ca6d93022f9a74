"""RETR and TOP (RFC 1939 §5, §7): messages, no faster than the client reads."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from ..registry import State, command
from ..replies import positive
from ..session import Session
from ..wire import Stuffer, Top, coming, number

_PEEKED = 2048


@command("RETR", State.TRANSACTION, 1)
async def retrieve(session: Session, words: list[str]) -> str:
    """Send a message."""
    position = session.opened.find(number(words[0]))
    size = session.opened.listing.sizes[position]
    await _send(session, f"{size} octets", _pieces(session, position, b"RETR"), None)
    return ""


@command("TOP", State.TRANSACTION, 2)
async def top(session: Session, words: list[str]) -> str:
    """Send the header of a message, and the first lines of its body."""
    position, lines = session.opened.find(number(words[0])), number(words[1])
    await _send(session, "The top of it", _pieces(session, position, b"TOP"), Top(lines))
    return ""


def _pieces(session: Session, position: int, verb: bytes) -> AsyncGenerator[bytes]:
    held = session.connection.peek(_PEEKED)
    return session.opened.pieces(position, [number - 1 for number in coming(held, verb)])


async def _send(session: Session, said: str, pieces: AsyncGenerator[bytes], wanted: Top | None) -> None:
    """Send the answer with the first piece: what can't be read is refused."""
    stuffer, answer = Stuffer(), positive(said)
    async with aclosing(pieces):
        async for piece in pieces:
            answer += stuffer.feed(piece if wanted is None else wanted.cut(piece))
            session.is_amid_answer = True
            await session.connection.send(answer)
            answer = b""
            if wanted is not None and wanted.is_done:
                break
    await session.connection.send(answer + stuffer.end())
    session.is_amid_answer = False
