"""Group commit: what arrives while one group is being committed makes the next."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from .. import allocator
from .backend import Backend
from .envelope import Envelope
from .limits import Limits
from .reply import TROUBLE, Reply

log = logging.getLogger(__name__)

# How long a failed group is tried one by one; whoever is not reached then comes again.
RETRY_SECONDS = 30.0
# Octets of a message after which it is worth giving back what it has left.
_LONG = 1024 * 1024


class Arrival(Protocol):
    """A message that is all here and not yet committed."""

    @property
    def size(self) -> int:
        """Octets."""
        ...

    def envelope(self) -> Envelope:
        """Make the value for the backend; may read a file, so it is not called on the event loop."""
        ...


type _Waiting = tuple[Arrival, asyncio.Future[Reply]]
type _Answer = tuple[asyncio.Future[Reply], Reply]


@dataclass
class Grouping:
    """Takes arrivals, answers each when its group is committed.

    One thread does both: it reads what has arrived, and then waits for our `turn` among the processes that
    write; who came meanwhile goes with the group.
    """

    backend: Backend[Any]
    limits: Limits
    run_blocking: Callable[..., Awaitable[Any]]
    turn: AbstractContextManager[object]

    def __post_init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._task: asyncio.Task[None] | None = None

    async def commit(self, arrival: Arrival) -> Reply:
        """Store the message with whatever else is waiting; the positive reply means committed."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Reply] = loop.create_future()
        self._waiting.append((arrival, answer))
        if self._task is None:
            self._task = loop.create_task(self._commit_groups())
        return await answer

    @property
    def waiting(self) -> int:
        """How many messages nobody has looked at yet."""
        return len(self._waiting)

    async def drain(self) -> None:
        """Wait until all that came is committed."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _commit_groups(self) -> None:
        try:
            # Whoever is ready to be read at this moment joins the group.
            await asyncio.sleep(0)
            while self._waiting:
                has_long = any(arrival.size > _LONG for arrival, _ in self._waiting)
                for answer, reply in await self.run_blocking(self._commit_one_group):
                    if not answer.done():
                        answer.set_result(reply)
                await asyncio.sleep(0)
                if has_long:
                    await self.run_blocking(allocator.trim)
        finally:
            # Not in a callback: it would come later, and who arrives in between would wait for nobody.
            self._task = None

    def _commit_one_group(self) -> list[_Answer]:
        """Read, wait for the turn, read who came meanwhile, commit; never raises."""
        group = _Group(self.backend, self.limits)
        group.fill(self._waiting)
        try:
            with self.turn:
                group.fill(self._waiting)
                return group.commit()
        except OSError:
            log.exception("The turn to commit did not come")
            return group.refuse()


class _Group:
    """Messages that are committed together, as many as count and bytes allow."""

    def __init__(self, backend: Backend[Any], limits: Limits) -> None:
        self._backend, self._limits = backend, limits
        self._octets = 0
        self._messages: list[Any] = []
        self._answers: list[asyncio.Future[Reply]] = []
        self._illegible: list[asyncio.Future[Reply]] = []

    def fill(self, waiting: deque[_Waiting]) -> None:
        """Take who waits, at least one, and read each; the event loop may add more meanwhile."""
        while waiting and len(self._answers) < self._limits.group_messages:
            self._octets += waiting[0][0].size
            if self._answers and self._octets > self._limits.group_bytes:
                break
            self._read(*waiting.popleft())

    def _read(self, arrival: Arrival, answer: asyncio.Future[Reply]) -> None:
        try:
            message = self._backend.read(arrival.envelope())
        except Exception:
            log.exception("A message could not be read")
            self._illegible.append(answer)
        else:
            self._messages.append(message)
            self._answers.append(answer)

    def commit(self) -> list[_Answer]:
        """Deliver them; everybody's answer."""
        replies = deliver_all(self._backend, self._messages) if self._messages else []
        refused = [(answer, TROUBLE) for answer in self._illegible]
        return [*zip(self._answers, replies, strict=True), *refused]

    def refuse(self) -> list[_Answer]:
        """All may come again."""
        return [(answer, TROUBLE) for answer in (*self._answers, *self._illegible)]


def deliver_all[Message](backend: Backend[Message], messages: Sequence[Message]) -> list[Reply]:
    """Deliver a group together; when that raises, each alone, so that one bad message harms no other.

    Blocks; never raises: our trouble is a temporary failure to the sender.
    """
    replies = _deliver(backend, messages)
    if replies is None and len(messages) > 1:
        deadline = time.monotonic() + RETRY_SECONDS
        return [_alone(backend, message, deadline) for message in messages]
    return replies or [TROUBLE] * len(messages)


def _alone[Message](backend: Backend[Message], message: Message, deadline: float) -> Reply:
    replies = _deliver(backend, [message]) if time.monotonic() < deadline else None
    return replies[0] if replies else TROUBLE


def _deliver[Message](backend: Backend[Message], messages: Sequence[Message]) -> list[Reply] | None:
    """The backend's replies, one a message; None when it raised, which is logged."""
    try:
        replies = list(backend.deliver(messages))
    except Exception:
        log.exception("Delivery of %d message(s) failed", len(messages))
        return None
    if len(replies) != len(messages):
        log.error("The backend answered %d replies for %d messages", len(replies), len(messages))
        return None
    return replies
