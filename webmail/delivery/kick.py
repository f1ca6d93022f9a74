"""Waking a worker: told and forgotten, from a thread that nobody waits for; the sweep finds what it loses."""

import logging
import queue
import threading
from collections.abc import Iterable

from kombu.exceptions import OperationalError

from webmail.celery import app

logger = logging.getLogger(__name__)

EXPIRES_SECONDS = 30
_MAX_WAITING = 1000

_waiting: queue.Queue[str] = queue.Queue(_MAX_WAITING)
_starting = threading.Lock()
_thread: threading.Thread | None = None


def kick(domains: Iterable[str]) -> None:
    """Ask for a delivery to each destination; returns at once, however the broker feels."""
    _start()
    for domain in domains:
        try:
            _waiting.put_nowait(domain)
        except queue.Full:
            return


def _start() -> None:
    """Start the thread at its first use, and again in a process that was forked since."""
    global _thread  # noqa: PLW0603
    with _starting:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="kick", daemon=True)
            _thread.start()


def _run() -> None:
    while True:
        domain = _waiting.get()
        try:
            send(domain)
        except (OperationalError, OSError) as error:
            logger.info("no wake-up for %s, the sweep will see to it: %s", domain, error)


def send(domain: str) -> None:
    """Hand the broker a task for a destination; raises when it takes none."""
    app.send_task("webmail.delivery.tasks.deliver", [domain], expires=EXPIRES_SECONDS, retry=False)


def wake(task: str, keys: Iterable[int], *, expires_seconds: int) -> None:
    """Hand the broker a task for each key; when it is away, the next sweep tries again."""
    for key in keys:
        try:
            app.send_task(f"webmail.delivery.tasks.{task}", [key], expires=expires_seconds, retry=False)
        except (OperationalError, OSError):
            return
