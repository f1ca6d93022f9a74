"""A child process for work on hostile bytes: one JSON line in, one out, killed when it takes too long.

A module that is run as a child calls `serve`; who asks it holds a `Child`.
"""

import json
import os
import resource
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
_ROOT = Path(__file__).resolve().parent.parent


class Child:
    """One child, started when first needed, kept for the next, replaced after a kill. Callers take turns."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def ask(self, question: object, seconds: float) -> Any:
        """The child's answer; None when it was not there in time, and then the child is gone."""
        if not self._lock.acquire(timeout=seconds):
            return None
        try:
            line = _exchange(self._running(), json.dumps(question).encode() + b"\n", seconds)
            if line is None:
                self.kills += 1
                self.stop()
                return None
            return json.loads(line)
        finally:
            self._lock.release()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            # An empty environment: what the child is fed is hostile, and it needs no secrets.
            self._child = subprocess.Popen(
                [sys.executable, "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env={},
            )
        return self._child

    def stop(self) -> None:
        """Kill the child, if there is one."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            with child:
                pass


def _exchange(child: subprocess.Popen[bytes], question: bytes, seconds: float) -> bytes | None:
    """Write a line and read one; None when the time is over or the child is gone."""
    assert child.stdin is not None
    assert child.stdout is not None
    deadline = time.monotonic() + seconds
    answer = bytearray()
    unsent = memoryview(question)
    os.set_blocking(child.stdin.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdin, selectors.EVENT_WRITE)
        selector.register(child.stdout, selectors.EVENT_READ)
        while not answer.endswith(b"\n"):
            left = deadline - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                return None
            for key, _ in ready:
                if key.fileobj is child.stdout:
                    received = os.read(key.fd, 1 << 20)
                    if not received:
                        return None
                    answer += received
                    continue
                try:
                    unsent = unsent[os.write(key.fd, unsent[: 1 << 16]) :]
                except BrokenPipeError:
                    return None
                if not unsent:
                    selector.unregister(child.stdin)
    return bytes(answer)


def serve(answer: Callable[[Any], object]) -> None:
    """Be the child: answer line by line until the parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()
