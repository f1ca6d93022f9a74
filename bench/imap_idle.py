"""Idle sessions under TLS: what each holds in memory, and what busy ones feel of them."""

import threading
import time
from collections.abc import Sequence

from .figures import memory_kib, percentile, rounded, say
from .imap_client import ImapClient
from .imap_peers import Peer

_REST_SECONDS = 5
_BUSY_SECONDS = 15
_FIRST = 10
_PAUSE = 0.2
"""Between the commands of a busy session, as of somebody who reads."""


def measure(peers: Sequence[Peer], idle: int, busy: int) -> None:
    """Say it of each server."""
    for peer in peers:
        alone = _busy(peer, busy)
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
        say(
            {
                "server": peer.name,
                "idle": idle,
                "kib_each": rounded(each),
                "busy_p95_ms": rounded(among),
                "busy_p95_ms_alone": rounded(alone),
            },
            f"{peer.name}: {each:.1f} KiB each of {idle} idle; p95 of {busy} busy {among:.1f} ms,"
            f" {alone:.1f} ms without them",
        )


def _idle(peer: Peer) -> ImapClient:
    session = peer.client(tls=True)
    session.ask("SELECT INBOX")
    session.idle()
    return session


def _busy(peer: Peer, count: int) -> float:
    """The 95th percentile of what commands take, in milliseconds, while so many sessions read."""
    taken: list[float] = []
    end = time.monotonic() + _BUSY_SECONDS
    threads = [threading.Thread(target=_read, args=(peer, end, taken)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 1000 * percentile(taken, 95)


def _read(peer: Peer, end: float, taken: list[float]) -> None:
    session = peer.client(tls=True)
    total = len(session.search("ALL")) if session.ask("SELECT INBOX") else 0
    newest = f"{max(1, total - 49)}:*"
    commands = (
        f"FETCH {newest} (UID FLAGS ENVELOPE)",
        f"FETCH {total} BODY.PEEK[]",
        "NOOP",
        "UID SEARCH UNSEEN",
    )
    while time.monotonic() < end:
        for command in commands:
            started = time.perf_counter()
            session.ask(command)
            taken.append(time.perf_counter() - started)
            time.sleep(_PAUSE)
    session.close()
