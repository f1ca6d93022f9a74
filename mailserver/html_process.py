"""html.safe in a child process that is killed when it takes too long: hostile HTML can't hold the server.

Run as `python -m mailserver.html_process` it is that child: one JSON line in, one out.
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
from typing import TypedDict

from .message import html, markup
from .message.html import SafeHtml

DEADLINE_SECONDS = 2.0
MEMORY_BYTES = 512 * 1024 * 1024
MAX_CHARACTERS = 5_000_000
# What the child may take on, beside what is cleaned at once in the caller's thread.
_SCALE = 8
_ROOT = Path(__file__).resolve().parent.parent


class Question(TypedDict):
    """What the child is asked; `pictures` is where each Content-ID is served."""

    html: str
    pictures: dict[str, str]
    remote: bool


class Answer(TypedDict):
    """What it says."""

    html: str
    remote_count: int


def safe(
    source: str,
    *,
    cid_url: Callable[[str], str | None],
    remote: bool,
    seconds: float = DEADLINE_SECONDS,
) -> SafeHtml:
    """As `html.safe`, but what is not simple is cleaned by a child within `seconds`, or shown as text."""
    tokens = list(markup.tokens(source)) if len(source) <= MAX_CHARACTERS else []
    if tokens and html.is_simple(source, tokens):
        return html.clean(source, tokens, cid_url=cid_url, remote=remote)
    if not tokens or not html.is_simple(source, tokens, scale=_SCALE):
        return html.as_text(source)
    pictures = {cid: url for cid in markup.content_ids(source) if (url := cid_url(cid))}
    answer = _CLEANER.ask(Question(html=source, pictures=pictures, remote=remote), seconds)
    if answer is None:
        return html.as_text(source)
    return SafeHtml(answer["html"], answer["remote_count"], html.document(answer["html"]))


class Cleaner:
    """One child, started when first needed, kept for the next, replaced after a kill. Callers take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def ask(self, question: Question, seconds: float) -> Answer | None:
        """The child's answer; None when it was not there in time, and then the child is gone."""
        if not self._lock.acquire(timeout=seconds):
            return None
        try:
            line = _exchange(self._running(), json.dumps(question).encode() + b"\n", seconds)
            if line is None:
                self.kills += 1
                self.stop()
                return None
            answer: Answer = json.loads(line)
            return answer
        finally:
            self._lock.release()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            # An empty environment: what the child is fed is hostile, and it needs no secrets.
            self._child = subprocess.Popen(
                [sys.executable, "-m", "mailserver.html_process"],
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


_CLEANER = Cleaner()


def _serve() -> None:
    """The child: answer line by line until the parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for line in sys.stdin.buffer:
        question: Question = json.loads(line)
        source = question["html"]
        found = html.clean(
            source,
            list(markup.tokens(source)),
            cid_url=question["pictures"].get,
            remote=question["remote"],
        )
        answer: Answer = {"html": found.html, "remote_count": found.remote_count}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
