"""The live stream: an open page hears at once that its account changed. No query while nothing happens.

`GET /live/` answers server-sent events (HTML standard §9.2): `event: modseq` with the account's new modseq.
Outside Django's handler, because a stream must not hold one of its threads.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest

from webmail.sessions import SessionStore, person_of
from webmail.store.announce import Watcher

HEARTBEAT_SECONDS = 25
# The first change is told at once; of a storm, a page hears so often.
PACE_SECONDS = 0.5
PATH = "/live/"

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[Message, Receive, Send], Awaitable[None]]

_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    # nginx would keep events back.
    (b"x-accel-buffering", b"no"),
]


class Live:
    """Answers the stream's address; everything else goes on to `pages`."""

    def __init__(self, pages: Application) -> None:
        self._pages = pages
        self._watcher = Watcher()
        # Sessions are read here, a few at a time: a thousand windows coming back after a restart must wait.
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="live")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._pages(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._readers, account_of, _cookies(scope))
        if found is None:
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body"})
            return
        await self._stream(*found, receive, send)

    async def _stream(self, account_id: int, modseq: int, receive: Receive, send: Send) -> None:
        """Send events until the browser goes."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        news = asyncio.create_task(self._tell(account_id, modseq, send))
        gone = asyncio.create_task(_disconnected(receive))
        _done, pending = await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        if news.done() and not news.cancelled():
            await send({"type": "http.response.body"})

    async def _tell(self, account_id: int, modseq: int, send: Send) -> None:
        await send(_body(f"retry: 2000\nevent: modseq\ndata: {modseq}\n\n"))
        changes = self._watcher.watch(account_id, since=modseq)
        waiting: asyncio.Task[int] | None = None
        try:
            while True:
                waiting = waiting or asyncio.ensure_future(anext(changes))
                done, _ = await asyncio.wait({waiting}, timeout=HEARTBEAT_SECONDS)
                if not done:
                    await send(_body(": still here\n\n"))
                    continue
                modseq, waiting = waiting.result(), None
                await send(_body(f"event: modseq\ndata: {modseq}\n\n"))
                await asyncio.sleep(PACE_SECONDS)
        finally:
            if waiting:
                waiting.cancel()
                await asyncio.gather(waiting, return_exceptions=True)
            await changes.aclose()


def account_of(cookies: SimpleCookie) -> tuple[int, int] | None:
    """Read whose session these cookies name: account id and its present modseq."""
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        return None
    close_old_connections()
    request = HttpRequest()
    request.session = SessionStore(morsel.value)
    user = person_of(request)
    account = request.session.account_of(user) if user.is_authenticated else None
    return (account.pk, account.modseq) if account else None


def _cookies(scope: Message) -> SimpleCookie:
    header = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    cookies: SimpleCookie = SimpleCookie()
    for pair in header.decode("latin-1").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == settings.SESSION_COOKIE_NAME:
            cookies[name] = value
    return cookies


def _body(text: str) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
