"""Where a watcher learns of changes: SQLite's commit counter, Redis, or a query twice a second."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import redis
import redis.asyncio
from django.conf import settings
from django.db import close_old_connections, connection, connections

from webmail.models import Account

from .publisher import channel, doors_of

SQLITE_SECONDS = 0.25
QUERY_SECONDS = 0.5
REDIS_SILENCE_SECONDS = 5.0
REDIS_RETRY_SECONDS = 1.0

type Modseqs = dict[int, int]
type Watched = Callable[[], Collection[int]]

logger = logging.getLogger(__name__)


class Source(Protocol):
    """Yields what changed among the watched accounts; what it yields may be old news."""

    async def read(self, account_ids: Collection[int]) -> Modseqs:
        """Read the present modseqs of accounts."""
        ...

    def changes(self, watched: Watched) -> AsyncIterator[Modseqs]:
        """Yield modseqs, for as long as anybody watches."""
        ...

    def close(self) -> None:
        """Give back connections and threads."""
        ...


def source() -> Source:
    """Make the source that fits the settings."""
    if settings.REDIS_URL:
        return RedisSource()
    return SqliteSource() if connection.vendor == "sqlite" else QuerySource()


class SqliteSource:
    """Looks at `PRAGMA data_version`: 4 µs, no lock, and it sees the commits of every process."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watch")
        self._database: sqlite3.Connection | None = None

    async def read(self, account_ids: Collection[int]) -> Modseqs:
        """Read modseqs on the connection that also looks."""
        return await _in(self._thread, self._read, list(account_ids))

    async def changes(self, watched: Watched) -> AsyncIterator[Modseqs]:
        """Yield after each commit by anybody."""
        version = await _in(self._thread, self._version)
        yield await self.read(watched())
        while True:
            await asyncio.sleep(SQLITE_SECONDS)
            latest = await _in(self._thread, self._version)
            if latest != version:
                version = latest
                yield await self.read(watched())

    def close(self) -> None:
        """Close the connection where it was made."""
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._database = sqlite3.connect(connection.settings_dict["NAME"], timeout=5)
        return self._database

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()

    def _version(self) -> int:
        return int(self._open().execute("PRAGMA data_version").fetchone()[0])

    def _read(self, account_ids: list[int]) -> Modseqs:
        rows = self._open().execute(
            "SELECT id, modseq, doors_modseq FROM webmail_account"
            " WHERE id IN (SELECT abs(value) FROM json_each(?))",
            [json.dumps(account_ids)],
        )
        return _by_name(rows.fetchall())


class QuerySource:
    """Asks the database for the watched accounts, in one query; for PostgreSQL without Redis."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="watch")

    async def read(self, account_ids: Collection[int]) -> Modseqs:
        """Read modseqs in the thread of the watcher."""
        return await _in(self._thread, _read_modseqs, list(account_ids))

    async def changes(self, watched: Watched) -> AsyncIterator[Modseqs]:
        """Yield what is, each time; the watcher finds what is new."""
        while True:
            yield await self.read(watched())
            await asyncio.sleep(QUERY_SECONDS)

    def close(self) -> None:
        """Close the thread's connection."""
        self._thread.submit(connections.close_all)
        self._thread.shutdown(wait=False)


class RedisSource(QuerySource):
    """Listens on a channel; each time it (re)connects it reads what it missed."""

    def __init__(self) -> None:
        super().__init__()
        self._away = False

    async def changes(self, watched: Watched) -> AsyncIterator[Modseqs]:
        """Yield what was published; while Redis is away, what a query finds at each try to reconnect."""
        while True:
            try:
                async for modseqs in self._listen(watched):
                    yield modseqs
            except (redis.RedisError, OSError, TimeoutError) as error:
                if not self._away:
                    logger.warning("Redis is away, changes are looked up until it is back: %s", error)
                self._away = True
            yield await self.read(watched())
            await asyncio.sleep(REDIS_RETRY_SECONDS)

    async def _listen(self, watched: Watched) -> AsyncIterator[Modseqs]:
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=REDIS_SILENCE_SECONDS,
            socket_timeout=REDIS_SILENCE_SECONDS,
        )
        try:
            async with client.pubsub() as notices:
                await notices.subscribe(channel())
                yield await self.read(watched())
                while True:
                    message = await _next(notices)
                    if self._away:
                        logger.info("Redis is back")
                        self._away = False
                    if message is not None and message["type"] == "message":
                        yield {int(account): int(modseq) for account, modseq in json.loads(message["data"])}
        finally:
            await client.aclose()


async def _next(notices: Any) -> dict[str, Any] | None:
    """Wait for a message; after a silence ask whether Redis is there, and give it as long again to answer."""
    message: dict[str, Any] | None = await notices.get_message(timeout=REDIS_SILENCE_SECONDS)
    if message is not None:
        return message
    await notices.ping()
    message = await notices.get_message(timeout=REDIS_SILENCE_SECONDS)
    if message is None:
        raise TimeoutError("no answer")
    return message


def _read_modseqs(account_ids: list[int]) -> Modseqs:
    close_old_connections()
    rows = Account.objects.filter(pk__in={abs(name) for name in account_ids})
    return _by_name(rows.values_list("pk", "modseq", "doors_modseq"))


def _by_name(rows: Iterable[tuple[int, int, int]]) -> Modseqs:
    """The modseqs of accounts and of their doors; who didn't ask for some passes over them."""
    found: Modseqs = {}
    for key, modseq, doors_modseq in rows:
        found |= {key: modseq, doors_of(key): doors_modseq}
    return found


async def _in[T](thread: ThreadPoolExecutor, function: Callable[..., T], *arguments: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, function, *arguments)
