"""Pages under ASGI, answered by a few lasting threads.

Django's own ASGI handler gives each request a new thread, and with it new database connections, and changes
threads for every middleware. Views here are plain functions: one hop to a thread that keeps its connections.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import IO, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS = 4

type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

# What waits for other people's servers must not hold up the pages.
_WAITING = re.compile(
    r"/messages/\d+/(?:pictures|unsubscribe)/|/contacts/check/|/admin/webmail/(?:domain/\d+/dns|stspolicy/)"
)
_WAITING_THREADS = 8


class Lanes:
    """Pages in two sets of threads: those that wait for other servers have their own."""

    def __init__(self) -> None:
        self._pages = Pages()
        self._waiting = Pages(_WAITING_THREADS)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request in its lane."""
        waits = _WAITING.match(scope.get("path", ""))
        await (self._waiting if waits else self._pages)(scope, receive, send)


class Pages(ASGIHandler):
    """Django's handler with its middleware in plain mode, in threads of its own."""

    def __init__(self, threads: int = THREADS) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"no pages over {scope['type']}")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with closing(body):
            response = await self._in_thread(self._respond, scope, body)
            await self._send(response, send)

    async def _in_thread[**P, R](self, call: Callable[P, R], *args: P.args, **_: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)

    def _respond(self, scope: Message, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response = self.get_response(request) if request else refusal
        response._handler_class = self.__class__
        if not response.streaming:
            # Here, where a thread is at hand: the answer is whole, and another hop takes as long as a query.
            response.close()
        return response

    async def _send(self, response: HttpResponseBase, send: Send) -> None:
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
        headers += [
            (b"Set-Cookie", cookie.OutputString().encode("ascii")) for cookie in response.cookies.values()
        ]
        start = {"type": "http.response.start", "status": response.status_code, "headers": headers}
        if response.streaming:
            try:
                await self._stream(response, start, send)
            finally:
                await self._in_thread(response.close)
        else:
            await send(start)
            await send({"type": "http.response.body", "body": response.content})

    async def _stream(self, response: StreamingHttpResponse, start: Message, send: Send) -> None:
        await send(start)
        chunks: Iterator[bytes] = iter(response)
        while (chunk := await self._in_thread(next, chunks, None)) is not None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body"})
