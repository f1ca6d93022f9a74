"""Keeping a lease alive while its worker is: a paused or killed worker loses it, a slow one doesn't."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections
from django.utils import timezone

from . import ledger as ledgers
from . import queue
from .ledger import Ledger
from .owed import Claim


@contextmanager
def kept(claim: Claim, ledger: Ledger) -> Iterator[None]:
    """Extend the claim's lease, three times in its life, and write old outcomes, until the block is left."""
    done = threading.Event()
    thread = threading.Thread(target=_keep, args=(claim, ledger, done), name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _keep(claim: Claim, ledger: Ledger, done: threading.Event) -> None:
    pause = queue.lease_time().total_seconds() / 3
    extend_at = time.monotonic() + pause
    try:
        while not done.wait(min(ledgers.OLD_SECONDS, pause)):
            try:
                ledger.write_old()
                if time.monotonic() >= extend_at:
                    queue.extend(claim, timezone.now())
                    extend_at = time.monotonic() + pause
            except DatabaseError:
                # A busy or lost database: there are two more tries before the lease ends.
                connections.close_all()
    finally:
        connections.close_all()
