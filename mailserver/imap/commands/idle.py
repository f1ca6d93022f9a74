"""IDLE (RFC 9051 §6.3.13): news as they happen."""

import asyncio

from .. import news
from ..lexer import Lexer
from ..registry import State, command
from ..replies import Bad, Done
from ..session import Session

_LONGEST = 100


@command("IDLE", State.WITH_MAIL)
async def idle(session: Session, args: Lexer) -> Done:
    """Tell news until the client says DONE."""
    args.end()
    session.connection.write(b"+ idling\r\n")
    telling = asyncio.Lock()
    teller = asyncio.create_task(_tell(session, telling))
    listener = asyncio.create_task(session.connection.wait_for_input())
    try:
        async with asyncio.timeout(session.patience):
            session.is_waiting = True
            await asyncio.wait({teller, listener}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        session.is_waiting = False
        listener.cancel()
        # What it has begun to say it says to the end: numbers of messages depend on it.
        async with telling:
            teller.cancel()
        ended = await asyncio.gather(teller, listener, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome
    return await _done(session)


async def _done(session: Session) -> Done:
    line = await session.connection.line(_LONGEST)
    if line.strip().upper() != b"DONE":
        raise Bad("DONE is expected")
    return Done("completed")


async def _tell(session: Session, telling: asyncio.Lock) -> None:
    """Say what happens in the mailbox that is selected, if one is."""
    await _tell_once(session, telling)
    async for _modseq in session.account.watch():
        await _tell_once(session, telling)


async def _tell_once(session: Session, telling: asyncio.Lock) -> None:
    async with telling:
        if session.selection is not None:
            await news.tell(session, expunges=True)
        await session.connection.flush()
