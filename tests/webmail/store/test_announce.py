"""Changes reach those who wait, over every source, and nothing is asked while nothing happens."""

import asyncio
import os
import socket
import subprocess
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from tests.logs import LogWatch
from tests.mail import account, arrive, letter
from webmail.store import queries
from webmail.store.announce import Watcher, sources
from webmail.store.announce.publisher import publish

pytestmark = pytest.mark.django_db(transaction=True)


async def bring(account_id: int) -> int:
    """Bring a message, as another thread would; the modseq after it."""

    def add() -> int:
        try:
            arrive(account_id, letter())
            return queries.current_modseq(account_id)
        finally:
            connection.close()

    return await asyncio.to_thread(add)


async def first(watch: AsyncGenerator[int], seconds: float = 5) -> int:
    return await asyncio.wait_for(anext(watch), seconds)


def run(test: Callable[[Watcher], Awaitable[None]]) -> None:
    asyncio.run(test(Watcher()))  # type: ignore[arg-type]


def test_a_change_is_told() -> None:
    alice = account().pk

    async def test(watcher: Watcher) -> None:
        async with aclosing(watcher.watch(alice)) as watch:
            waiting = asyncio.ensure_future(first(watch))
            await asyncio.sleep(0.1)
            assert not waiting.done()
            modseq = await bring(alice)
            assert await waiting == modseq

    run(test)


def test_a_change_before_watching_is_told_to_who_asks_since() -> None:
    alice = account().pk
    before = queries.current_modseq(alice)
    arrive(alice, letter())

    async def test(watcher: Watcher) -> None:
        async with aclosing(watcher.watch(alice, since=before)) as watch:
            assert await first(watch) == before + 1

    run(test)


def test_five_hundred_windows_hear_of_their_own_account_only() -> None:
    alice, bob = account().pk, account("bob@crepes.test").pk

    async def test(watcher: Watcher) -> None:
        watches = [watcher.watch(alice) for _ in range(500)]
        other = watcher.watch(bob)
        tasks = [asyncio.ensure_future(first(watch)) for watch in watches]
        elsewhere = asyncio.ensure_future(first(other))
        await asyncio.sleep(0.5)
        modseq = await bring(alice)
        assert set(await asyncio.gather(*tasks)) == {modseq}
        assert not elsewhere.done()
        elsewhere.cancel()
        await asyncio.gather(elsewhere, return_exceptions=True)
        for watch in (*watches, other):
            await watch.aclose()

    run(test)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL without Redis is asked twice a second")
def test_nothing_is_read_while_nothing_happens() -> None:
    alice = account().pk
    reads: list[object] = []

    class Counting(sources.SqliteSource):
        async def read(self, account_ids: object) -> dict[int, int]:
            reads.append(account_ids)
            return await super().read(account_ids)  # type: ignore[arg-type]

    async def test() -> None:
        async with aclosing(Watcher(Counting).watch(alice)) as watch:
            waiting = asyncio.ensure_future(first(watch, 10))
            await asyncio.sleep(0.3)
            known = len(reads)
            await asyncio.sleep(1)
            assert len(reads) == known
            await bring(alice)
            await waiting
            assert len(reads) == known + 1

    asyncio.run(test())


@pytest.fixture
def redis_server(tmp_path: Path, settings: object) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start a Redis of our own on a free port, again when asked again; it stops with the test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/2"  # type: ignore[attr-defined]
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        started.append(process)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return process
            time.sleep(0.02)
        raise TimeoutError("Redis did not start")

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.services
def test_redis_tells_and_may_go_and_come_back(
    redis_server: Callable[[], subprocess.Popen[bytes]],
    log_watch: LogWatch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "REDIS_RETRY_SECONDS", 0.2)
    process = redis_server()
    alice = account().pk
    log_watch.expect("Redis is away, changes are looked up")
    log_watch.expect("Redis can't be told of changes")

    async def test(watcher: Watcher) -> None:
        async with aclosing(watcher.watch(alice)) as watch:
            waiting = asyncio.ensure_future(first(watch))
            await asyncio.sleep(0.3)
            modseq = await bring(alice)
            assert await waiting == modseq
            process.kill()
            process.wait()
            modseq = await bring(alice)
            assert await first(watch) == modseq
            redis_server()
            await asyncio.sleep(0.6)
            waiting = asyncio.ensure_future(first(watch))
            modseq = await bring(alice)
            assert await waiting == modseq

    run(test)
    assert sum("Redis is away" in line for line in log_watch.seen) == 1


@pytest.mark.services
def test_who_shares_a_redis_is_not_heard(
    redis_server: Callable[[], subprocess.Popen[bytes]], settings: LazySettings
) -> None:
    redis_server()
    alice = account().pk
    ours = settings.REDIS_URL

    async def test(watcher: Watcher) -> None:
        async with aclosing(watcher.watch(alice)) as watch:
            waiting = asyncio.ensure_future(first(watch))
            await asyncio.sleep(0.3)
            settings.REDIS_URL = ours.replace("/2", "/3")
            publish({alice: 1000})
            await asyncio.sleep(0.3)
            settings.REDIS_URL = ours
            assert await bring(alice) == await waiting

    run(test)


@pytest.mark.services
def test_a_redis_that_is_away_holds_up_nobody(settings: object, log_watch: LogWatch) -> None:
    log_watch.expect("Redis can't be told of changes")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    started = time.monotonic()
    for modseq in range(100):
        publish({os.getpid(): modseq})
    assert time.monotonic() - started < 0.5
    deadline = time.monotonic() + 5
    while not log_watch.seen and time.monotonic() < deadline:
        time.sleep(0.02)
