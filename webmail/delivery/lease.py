"""Keeping a lease alive while its worker is: a paused or killed worker loses it, a slow one doesn't."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections
from django.utils import timezone

from . import queue
from .owed import Claim


@contextmanager
def kept(claim: Claim) -> Iterator[None]:
    """Extend the claim's lease, three times in its life, until the block is left."""
    done = threading.Event()
    thread = threading.Thread(target=_keep, args=(claim, done), name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _keep(claim: Claim, done: threading.Event) -> None:
    try:
        while not done.wait(queue.lease_time().total_seconds() / 3):
            try:
                queue.extend(claim, timezone.now())
            except DatabaseError:
                # A busy or lost database: there are two more tries before the lease ends.
                connections.close_all()
    finally:
        connections.close_all()
