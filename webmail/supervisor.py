"""Several processes as one: start them, restart the one that dies, show their lines, stop them all."""

import asyncio
import contextlib
import ctypes
import http
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

STOP_SECONDS = 30
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
# Who lived this long was well: its next death starts with the first pause again.
HEALTHY_SECONDS = 60.0
_PROBE_SECONDS = 0.25
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Part:
    """One process to keep alive: its name in the log, its command, what its environment has more."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def _die_with_parent() -> None:
    """In the child: be told to stop when the supervisor is killed, so that no orphan keeps a port."""
    if _LIBC:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def next_pause(previous: float, lived: float) -> float:
    """Seconds to wait before a restart: doubled each time, and short again after a healthy life."""
    if not previous or lived >= HEALTHY_SECONDS:
        return FIRST_PAUSE
    return min(previous * 2, LONGEST_PAUSE)


class Supervisor:
    """Runs parts until it is told to stop; `say` gets whole lines for the operator."""

    def __init__(self, parts: Sequence[Part], say: Callable[[str], None]) -> None:
        self._parts = parts
        self._say = say
        self._stopping = asyncio.Event()
        self._width = max(len(part.name) for part in parts)

    async def run(self, ready: Callable[[], Awaitable[None]] | None = None) -> None:
        """Keep the parts alive until SIGINT or SIGTERM; `ready` runs beside them once they are started."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        async with asyncio.TaskGroup() as tasks:
            waiter = tasks.create_task(ready()) if ready else None
            for part in self._parts:
                tasks.create_task(self._keep(part))
            await self._stopping.wait()
            if waiter:
                waiter.cancel()

    def stop(self) -> None:
        """Begin to stop; `run` returns when the last part is gone."""
        self._stopping.set()

    async def _keep(self, part: Part) -> None:
        """Start a part again and again, until stopping."""
        pause = 0.0
        while not self._stopping.is_set():
            started = time.monotonic()
            status = await self._live(part)
            if self._stopping.is_set():
                return
            pause = next_pause(pause, time.monotonic() - started)
            self._say(self._prefixed(part, f"ended ({_cause(status)}), starts again in {pause:g} s"))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _live(self, part: Part) -> int:
        """One life of a part, from start to exit; returns its exit status, negative for a signal."""
        # A pipe of our own: with asyncio's, `wait` waits for grandchildren that still hold it, too.
        output, child_output = os.pipe()
        reader = asyncio.create_task(self._show(part, output))
        try:
            process = await asyncio.create_subprocess_exec(
                *part.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=child_output,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **part.environment},
                # A group of its own: Ctrl-C reaches the supervisor alone, and leftovers can be found.
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        finally:
            os.close(child_output)
        status = await self._wait(process)
        await reader
        return status

    async def _wait(self, process: asyncio.subprocess.Process) -> int:
        """Wait for the exit of a process, or end it when stopping; nothing of its group stays."""
        exited = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({exited, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not exited.done():
                await self._end(process)
        finally:
            stopping.cancel()
            _kill_group(process.pid)
        return await exited

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Ask a process to stop, wait, and insist."""
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS)

    async def _show(self, part: Part, output: int) -> None:
        """Pass on what a part prints, line by line, under its name; `output` is closed at its end."""
        lines = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(output, "rb")
        )
        with contextlib.closing(transport):
            while True:
                try:
                    line = await lines.readline()
                except ValueError:
                    # Longer than the reader's buffer: what it has read is dropped, the next line is whole.
                    continue
                if not line:
                    return
                self._say(self._prefixed(part, line.decode(errors="replace").rstrip("\r\n")))

    def _prefixed(self, part: Part, line: str) -> str:
        return f"{part.name:<{self._width}} | {line}"


def _kill_group(leader: int) -> None:
    """End what a dead or deaf process left behind: the workers it had started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _cause(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"status {status}"


async def wait_until_well(site_url: str) -> None:
    """Wait until the site itself says, over HTTP, that every part of it works."""
    while not await asyncio.to_thread(_is_well, site_url):
        await asyncio.sleep(_PROBE_SECONDS)


def _is_well(site_url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{site_url}/healthz", timeout=5) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == http.HTTPStatus.OK)
    except OSError:
        return False
