"""Say after a commit which accounts changed; only Redis needs to be told, the databases are looked at."""

import atexit
import json
import logging
import os
import queue
import threading
from collections.abc import Mapping

import redis
from django.conf import settings

_TIMEOUT_SECONDS = 1.0
_WAITING = 10_000

logger = logging.getLogger(__name__)


def channel() -> str:
    """The name under which Redis passes notices on: it knows no databases there, but we may share it."""
    told = redis.connection.parse_url(settings.REDIS_URL)  # type: ignore[no-untyped-call]
    return f"postillion:changes:{told.get('db', 0)}"


def doors_of(account_id: int) -> int:
    """The name under which it is told that other passwords open an account, or none: of a kind of its own."""
    return -account_id


def publish(account_modseqs: Mapping[int, int]) -> None:
    """Say that these accounts reached these modseqs; returns at once and raises nothing.

    A notice that gets lost does no harm: a watcher reads the modseqs whenever it (re)connects.
    """
    if settings.REDIS_URL and account_modseqs:
        _publisher().put(dict(account_modseqs))


class _Publisher:
    """A thread that talks to Redis, so that a silent Redis holds up nobody who commits."""

    def __init__(self) -> None:
        self.pid, self.url = os.getpid(), settings.REDIS_URL
        self._waiting: queue.Queue[dict[int, int] | None] = queue.Queue(_WAITING)
        self._away = False
        self._channel = channel()
        self._redis: redis.Redis = redis.Redis.from_url(
            self.url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )
        self._thread = threading.Thread(target=self._run, name="announce", daemon=True)
        self._thread.start()
        atexit.register(self._finish)

    def put(self, modseqs: dict[int, int]) -> None:
        """Queue a notice; when Redis has been away for very long, drop it."""
        try:
            self._waiting.put_nowait(modseqs)
        except queue.Full:
            self._note_away("it has been away for too long")

    def _run(self) -> None:
        while (modseqs := self._waiting.get()) is not None:
            while not self._waiting.empty():
                more = self._waiting.get()
                if more is None:
                    self._send(modseqs)
                    return
                modseqs |= more
            self._send(modseqs)

    def _send(self, modseqs: dict[int, int]) -> None:
        try:
            self._redis.publish(self._channel, json.dumps(list(modseqs.items())))
        except (redis.RedisError, OSError) as error:
            self._note_away(str(error))
        else:
            self._away = False

    def _note_away(self, reason: str) -> None:
        if not self._away:
            logger.warning("Redis can't be told of changes, pages learn of them later: %s", reason)
        self._away = True

    def _finish(self) -> None:
        """Let the last notices out when the process ends."""
        if os.getpid() == self.pid:
            self._waiting.put(None)
            self._thread.join(2 * _TIMEOUT_SECONDS)


_lock = threading.Lock()
_instances: list[_Publisher] = []


def _publisher() -> _Publisher:
    """Open the publisher of this process: one made before a fork has lost its thread."""
    with _lock:
        if not _instances or (_instances[0].pid, _instances[0].url) != (os.getpid(), settings.REDIS_URL):
            _instances[:] = [_Publisher()]
        return _instances[0]
