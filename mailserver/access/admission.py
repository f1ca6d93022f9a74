"""What lets somebody be here: a session ends soon after it is taken back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 2.0

type Ask = Callable[[Callable[[], bool]], Awaitable[bool]]


class Admission(Protocol):
    """How somebody came in."""

    def is_valid(self) -> bool:
        """Tell, in a thread, whether they would be let in so now."""
        ...

    async def in_doubt(self, call: Callable[[], None]) -> Callable[[], None]:
        """Have `call` called, on the event loop, whenever that may have changed; what ends it is returned."""
        ...


class Vigil:
    """Watches over one session: nothing is asked until there is doubt."""

    def __init__(self, admission: Admission, ask: Ask, end: Callable[[], None]) -> None:
        self._admission, self._ask, self._end = admission, ask, end
        self._forget: Callable[[], None] = lambda: None
        self._question: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Watch from now on; what was taken back while somebody came in counts, too."""
        self._forget = await self._admission.in_doubt(self._doubt)
        self._doubt()

    def end(self) -> None:
        """The session is over."""
        self._forget()
        if self._question is not None:
            self._question.cancel()

    def _doubt(self) -> None:
        before = self._question
        self._question = asyncio.get_running_loop().create_task(self._look(before))

    async def _look(self, before: "asyncio.Task[None] | None") -> None:
        """Ask, after what is being asked: the answer to that may be older than the doubt."""
        if before is not None:
            await asyncio.wait([before])
        while not await self._is_answered():
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _is_answered(self) -> bool:
        try:
            if not await self._ask(self._admission.is_valid):
                self._end()
        except Exception:
            # The outermost loop: whatever keeps us from asking must not keep somebody in.
            log.debug("Nobody can say whether a session may go on; asking again", exc_info=True)
            return False
        return True
