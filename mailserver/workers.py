"""A bounded pool of threads for blocking work, which lets go of what each thread holds when it ends."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

log = logging.getLogger(__name__)

CLOSE_SECONDS = 5.0


class Workers:
    """Threads of our own: `asyncio`'s shared pool is everybody's, so nobody can bound it."""

    def __init__(self, threads: int, name: str, at_end: Callable[[], None]) -> None:
        self._threads, self._at_end = threads, at_end
        self._pool = ThreadPoolExecutor(threads, name)

    async def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Call the function in a thread and wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    def close(self) -> None:
        """Let each thread clean up after itself, then end them; a stuck one is left to the process."""
        barrier = threading.Barrier(self._threads)
        ends = [self._pool.submit(self._end, barrier) for _ in range(self._threads)]
        for ended in wait(ends, timeout=CLOSE_SECONDS).done:
            if error := ended.exception():
                log.error("A thread could not clean up after itself", exc_info=error)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _end(self, barrier: threading.Barrier) -> None:
        """Once in each thread: the barrier keeps a quick thread from taking two turns."""
        try:
            barrier.wait(CLOSE_SECONDS)
        except threading.BrokenBarrierError:
            return
        self._at_end()
