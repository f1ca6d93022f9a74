"""Waiting for a client that may be told what happens meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session

type Tell = Callable[["Session"], Awaitable[None]]


async def until_spoken(session: "Session", tell: Tell) -> None:
    """Wait until the client speaks; meanwhile `tell`, now and whenever something of the account changes.

    Raises TimeoutError when the client is silent for too long, and what goes wrong on either side.
    """
    telling = asyncio.Lock()
    teller = asyncio.create_task(_tell(session, telling, tell))
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


async def _tell(session: "Session", telling: asyncio.Lock, tell: Tell) -> None:
    await _tell_once(session, telling, tell)
    async for _modseq in session.account.watch():
        await _tell_once(session, telling, tell)


async def _tell_once(session: "Session", telling: asyncio.Lock, tell: Tell) -> None:
    async with telling:
        await tell(session)
        await session.connection.flush()
