"""Group commit: what arrives while one group is being committed makes the next."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from .backend import Backend
from .envelope import Envelope
from .limits import Limits
from .reply import TROUBLE, Reply

log = logging.getLogger(__name__)

# How long a failed group is tried one by one; whoever is not reached then comes again.
RETRY_SECONDS = 30.0


class Arrival(Protocol):
    """A message that is all here and not yet committed."""

    @property
    def size(self) -> int:
        """Octets."""
        ...

    def envelope(self) -> Envelope:
        """Make the value for the backend; may read a file, so it is called in the thread of the commit."""
        ...


@dataclass
class Grouping:
    """Takes arrivals, answers each when its group is committed.

    One commit at a time makes the largest groups; more at once (`limits.commits`) overlap the waiting for a
    database that is a server, and begin when enough messages wait.
    """

    backend: Backend
    limits: Limits
    run_blocking: Callable[..., Awaitable[list[Reply]]]

    def __post_init__(self) -> None:
        self._waiting: deque[tuple[Arrival, asyncio.Future[Reply]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def commit(self, arrival: Arrival) -> Reply:
        """Store the message with whatever else is waiting; the positive reply means committed."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Reply] = loop.create_future()
        self._waiting.append((arrival, answer))
        if self._wants_another():
            self._tasks.add(loop.create_task(self._commit_groups()))
        return await answer

    async def drain(self) -> None:
        """Wait until all that came is committed."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _wants_another(self) -> bool:
        if not self._tasks:
            return True
        return len(self._tasks) < self.limits.commits and len(self._waiting) >= self.limits.overlap_messages

    async def _commit_groups(self) -> None:
        try:
            # Whoever is ready to be read at this moment joins the group.
            await asyncio.sleep(0)
            while self._waiting:
                await self._commit_one_group()
                await asyncio.sleep(0)
        finally:
            # Not in a callback: it would come later, and who arrives in between would wait for nobody.
            self._tasks.discard(cast(asyncio.Task[None], asyncio.current_task()))

    async def _commit_one_group(self) -> None:
        group = self._next_group()
        replies = await self.run_blocking(deliver_all, self.backend, [arrival for arrival, _ in group])
        for (_, answer), reply in zip(group, replies, strict=True):
            if not answer.done():
                answer.set_result(reply)

    def _next_group(self) -> list[tuple[Arrival, asyncio.Future[Reply]]]:
        """At least one, then as many as count and bytes allow."""
        group = [self._waiting.popleft()]
        size = group[0][0].size
        while self._waiting and len(group) < self.limits.group_messages:
            size += self._waiting[0][0].size
            if size > self.limits.group_bytes:
                break
            group.append(self._waiting.popleft())
        return group


def deliver_all(backend: Backend, arrivals: Sequence[Arrival]) -> list[Reply]:
    """Deliver a group together; when that raises, each alone, so that one bad message harms no other.

    Blocks; never raises: our trouble is a temporary failure to the sender.
    """
    replies = _deliver(backend, arrivals)
    if replies is None and len(arrivals) > 1:
        deadline = time.monotonic() + RETRY_SECONDS
        return [_alone(backend, arrival, deadline) for arrival in arrivals]
    return replies or [TROUBLE] * len(arrivals)


def _alone(backend: Backend, arrival: Arrival, deadline: float) -> Reply:
    replies = _deliver(backend, [arrival]) if time.monotonic() < deadline else None
    return replies[0] if replies else TROUBLE


def _deliver(backend: Backend, arrivals: Sequence[Arrival]) -> list[Reply] | None:
    """The backend's replies, one an arrival; None when it raised, which is logged."""
    try:
        replies = list(backend.deliver([arrival.envelope() for arrival in arrivals]))
    except Exception:
        log.exception("Delivery of %d message(s) failed", len(arrivals))
        return None
    if len(replies) != len(arrivals):
        log.error("The backend answered %d replies for %d messages", len(replies), len(arrivals))
        return None
    return replies
