"""How somebody came in, without a store."""

import asyncio
from collections.abc import Callable


class MemoryAdmission:
    """How somebody came in; may be taken back (mailserver.access.admission.Admission)."""

    def __init__(self) -> None:
        self.is_good = True
        self.doubts: list[tuple[asyncio.AbstractEventLoop, Callable[[], None]]] = []

    def is_valid(self) -> bool:
        return self.is_good

    async def in_doubt(self, call: Callable[[], None]) -> Callable[[], None]:
        doubt = (asyncio.get_running_loop(), call)
        self.doubts.append(doubt)
        return lambda: self.doubts.remove(doubt)

    def take_back(self) -> None:
        """Let nobody in so any more, and say so."""
        self.is_good = False
        for loop, call in self.doubts:
            loop.call_soon_threadsafe(call)
