"""Waiting for changes: any number of windows, one look-out."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable

from .sources import Source, source

_PAUSE_AFTER_TROUBLE_SECONDS = 1.0

logger = logging.getLogger(__name__)


class _Bell:
    """A window in which nobody waits: it calls."""

    def __init__(self, call: Callable[[], None]) -> None:
        self.set = call


class Watcher:
    """Serves all windows of a process and its event loop from one source, which rests while there is none."""

    def __init__(self, make_source: Callable[[], Source] = source) -> None:
        self._make_source = make_source
        self._windows: dict[int, set[asyncio.Event | _Bell]] = {}
        self._known: dict[int, int] = {}
        self._asking = asyncio.Lock()
        self._source: Source | None = None
        self._lookout: asyncio.Task[None] | None = None

    async def watch(self, account_id: int, since: int | None = None) -> AsyncGenerator[int]:
        """Yield an account's modseq whenever it has risen: above `since`, else above what it is now.

        Several changes in quick succession may be told as one.
        """
        window = asyncio.Event()
        self._windows.setdefault(account_id, set()).add(window)
        try:
            now = await self._start(account_id)
            last = now if since is None else since
            while True:
                window.clear()
                now = self._known.get(account_id, 0)
                if now > last:
                    last = now
                    yield now
                else:
                    await window.wait()
        finally:
            self._leave(account_id, window)

    async def ring(self, name: int, call: Callable[[], None]) -> Callable[[], None]:
        """Have `call` called whenever what stands under a name rises from now on; returns what ends that.

        No task waits meanwhile: there may be thousands.
        """
        bell = _Bell(lambda: None)
        self._windows.setdefault(name, set()).add(bell)
        try:
            await self._start(name)
            bell.set = call
        except BaseException:
            self._leave(name, bell)
            raise
        return lambda: self._leave(name, bell)

    async def _start(self, account_id: int) -> int:
        """Begin looking out, and learn where an account stands."""
        if self._source is None:
            self._source = self._make_source()
            self._lookout = asyncio.create_task(self._look_out(self._source))
        # A hundred windows that come back together ask once for each account.
        async with self._asking:
            if account_id not in self._known:
                self._note(await self._source.read([account_id]))
        return self._known.get(account_id, 0)

    def _leave(self, account_id: int, window: "asyncio.Event | _Bell") -> None:
        windows = self._windows[account_id]
        windows.discard(window)
        if not windows:
            del self._windows[account_id]
            self._known.pop(account_id, None)
        if not self._windows and self._source is not None and self._lookout is not None:
            self._lookout.cancel()
            self._source.close()
            self._source = self._lookout = None

    async def _look_out(self, origin: Source) -> None:
        while True:
            try:
                async for modseqs in origin.changes(lambda: list(self._windows)):
                    self._note(modseqs)
            except Exception:
                # The outermost loop: a database that is away for a moment must not end every live page.
                logger.exception("Changes can't be looked up; trying again")
            await asyncio.sleep(_PAUSE_AFTER_TROUBLE_SECONDS)

    def _note(self, modseqs: dict[int, int]) -> None:
        """Wake the windows of the accounts that moved on."""
        for account_id, modseq in modseqs.items():
            if account_id in self._windows and modseq > self._known.get(account_id, 0):
                self._known[account_id] = modseq
                for window in self._windows[account_id]:
                    window.set()
