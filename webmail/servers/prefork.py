"""Several processes on one listening socket: forked, restarted when they die, stopped together."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from types import FrameType

log = logging.getLogger(__name__)

RESTART_SECONDS = 0.5


def run(processes: int, work: Callable[[int, int], None]) -> None:
    """Call `work` in each of several processes, or here when it is one; returns when all are done.

    `work` gets the number of the process, from 0, and a descriptor that reads as ended once this process is
    gone, or -1 when there is no other. It stops on SIGTERM and SIGINT, which are handed on to all. A process
    that ends unasked is started again, with the number it had.
    """
    if processes == 1:
        work(0, -1)
        return
    _Family(work).keep(processes)


def stop_event(lifeline: int = -1) -> asyncio.Event:
    """Make an event that a signal sets, or the end of the process that forked us; call it in the loop."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if lifeline >= 0:
        loop.add_reader(lifeline, stop.set)
    return stop


class _Family:
    def __init__(self, work: Callable[[int, int], None]) -> None:
        self._work = work
        self._lifeline, self._held = os.pipe()
        self._children: dict[int, int] = {}
        self._stopping = False

    def keep(self, processes: int) -> None:
        """Start the children, and keep their number until a signal asks to stop."""
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, self._stop)
        for number in range(processes):
            self._start(number)
        while self._children:
            child, status = os.wait()
            number = self._children.pop(child)
            if not self._stopping:
                log.warning("Process %d ended with %d, starting another", child, status)
                time.sleep(RESTART_SECONDS)
                self._start(number)

    def _start(self, number: int) -> None:
        # A signal between the fork and our note of the child would miss it.
        signals = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        try:
            if self._stopping:
                return
            child = os.fork()
            if child == 0:
                self._be_child(number, signals)
            self._children[child] = number
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)

    def _be_child(self, number: int, signals: set[signal.Signals]) -> None:
        """Work, then end at once: nothing of the parent's is ours to clean up."""
        code = 1
        try:
            os.close(self._held)
            for ending in signals:
                signal.signal(ending, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
            self._work(number, self._lifeline)
            code = 0
        except BaseException:  # noqa: BLE001 — whatever it is, this process must not go on as its parent
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for child in tuple(self._children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
