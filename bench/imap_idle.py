"""Idle sessions under TLS: what each holds in memory, and what busy ones feel of them."""

import random
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

from .figures import Machine, cpu_seconds, memory_kib, percentile, rounded, say
from .imap_client import ImapClient
from .imap_peers import Peer

_REST_SECONDS = 5
_BUSY_SECONDS = 15
_FIRST = 10
_PAUSE = 0.2
"""Between the commands of a busy session, as of somebody who reads."""


class Busy(NamedTuple):
    """What the commands of busy sessions took: the 95th percentile, and CPU of the server for each."""

    p95_ms: float
    cpu_ms: float
    noise_cores: float


def measure(peers: Sequence[Peer], idle: int, busy: int) -> None:
    """Say it of each server, then how many times less memory ours takes than the other."""
    held = [_measure(peer, idle, busy) for peer in peers]
    if len(held) > 1:
        times = rounded(held[1] / held[0])
        names = [peer.name for peer in peers]
        say({"memory_ratio": times}, f"{names[0]} holds {times} times less for each than {names[1]}")


def _measure(peer: Peer, idle: int, busy: int) -> float:
    """Measure one server; KiB of each idle session. Without them twice, as minutes differ."""
    alone = [_busy(peer, busy)]
    # The first ones bring what is loaded once.
    for session in [_idle(peer) for _ in range(_FIRST)]:
        session.close()
    time.sleep(_REST_SECONDS)
    before = memory_kib(peer.pids())
    sessions = [_idle(peer) for _ in range(idle)]
    time.sleep(_REST_SECONDS)
    each = (memory_kib(peer.pids()) - before) / idle
    among = _busy(peer, busy)
    for session in sessions:
        session.close()
    time.sleep(_REST_SECONDS)
    alone.append(_busy(peer, busy))
    _say(peer, idle, each, among, alone)
    return each


def _say(peer: Peer, idle: int, each: float, among: Busy, alone: Sequence[Busy]) -> None:
    p95 = sum(one.p95_ms for one in alone) / len(alone)
    cpu = sum(one.cpu_ms for one in alone) / len(alone)
    say(
        {
            "server": peer.name,
            "idle": idle,
            "kib_each": rounded(each),
            "busy_p95_ms": rounded(among.p95_ms),
            "busy_p95_ms_alone": [rounded(one.p95_ms) for one in alone],
            "busy_cpu_ms": rounded(among.cpu_ms),
            "busy_cpu_ms_alone": [rounded(one.cpu_ms) for one in alone],
            "noise_cores": [rounded(one.noise_cores) for one in (among, *alone)],
        },
        f"{peer.name}: {each:.1f} KiB each of {idle} idle; busy ones among them: p95 {among.p95_ms:.1f} ms,"
        f" {among.p95_ms / p95:.2f} times what it is without them, CPU {among.cpu_ms / cpu:.2f} times",
    )


def _idle(peer: Peer) -> ImapClient:
    session = peer.client(tls=True)
    session.ask("SELECT INBOX")
    session.idle()
    return session


def _busy(peer: Peer, count: int) -> Busy:
    """Let so many sessions read for a while. They log in before, and end after what is measured."""
    sessions = [_open(peer) for _ in range(count)]
    taken: list[float] = []
    end = time.monotonic() + _BUSY_SECONDS
    threads = [threading.Thread(target=_read, args=(*session, end, taken)) for session in sessions]
    pids = peer.pids()
    with Machine(pids) as machine:
        cpu = cpu_seconds(pids)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cpu = cpu_seconds(pids) - cpu
    for client, _ in sessions:
        client.close()
    return Busy(1000 * percentile(taken, 95), 1000 * cpu / len(taken), machine.noise_cores)


def _open(peer: Peer) -> tuple[ImapClient, int]:
    """Open a session, and see how many messages there are."""
    client = peer.client(tls=True)
    client.ask("SELECT INBOX")
    return client, len(client.search("ALL"))


def _read(client: ImapClient, total: int, end: float, taken: list[float]) -> None:
    newest = f"{max(1, total - 49)}:*"
    commands = (
        f"FETCH {newest} (UID FLAGS ENVELOPE)",
        f"FETCH {total} BODY.PEEK[]",
        "NOOP",
        "UID SEARCH UNSEEN",
    )
    # Nobody reads in step with others.
    time.sleep(random.uniform(0, len(commands) * _PAUSE))
    while time.monotonic() < end:
        for command in commands:
            started = time.perf_counter()
            client.ask(command)
            taken.append(time.perf_counter() - started)
            time.sleep(_PAUSE)
