"""The supervisor keeps its parts alive, and leaves nothing behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from webmail import supervisor
from webmail.supervisor import Part, Supervisor, next_pause

_SLEEP = "import time; print('up', flush=True); time.sleep(60)"


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


class Terminal:
    """What the operator sees, and somebody who waits for a line of it."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    async def shows(self, wanted: str, count: int = 1) -> None:
        async with asyncio.timeout(20):
            while sum(wanted in line for line in self.lines) < count:
                await asyncio.sleep(0.02)


def _run(parts: list[Part], story: Callable[[Supervisor, Terminal], object]) -> Terminal:
    """Run parts while `story` happens, then stop."""
    terminal = Terminal()

    async def both() -> None:
        master = Supervisor(parts, terminal.lines.append)
        running = asyncio.create_task(master.run())
        try:
            await story(master, terminal)
        finally:
            master.stop()
            await running

    asyncio.run(both())
    return terminal


def _ends(pid: int) -> bool:
    """Whether the process is gone within seconds."""
    deadline = time.monotonic() + 10
    while not _gone(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return _gone(pid)


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"


def test_lines_come_under_the_name_of_their_part() -> None:
    async def story(_master: Supervisor, terminal: Terminal) -> None:
        await terminal.shows("up", 2)

    terminal = _run([Part("web", _python(_SLEEP)), Part("worker", _python(_SLEEP))], story)
    assert sorted(terminal.lines) == ["web    | up", "worker | up"]


def test_a_part_that_is_killed_starts_again() -> None:
    code = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(60)"

    async def story(_master: Supervisor, terminal: Terminal) -> None:
        await terminal.shows("pid")
        os.kill(int(terminal.lines[0].split()[-1]), signal.SIGKILL)
        await terminal.shows("pid", 2)

    terminal = _run([Part("smtp", _python(code))], story)
    assert terminal.lines[1] == "smtp | ended (SIGKILL), starts again in 0.5 s"
    assert terminal.lines[0] != terminal.lines[2]


def test_what_a_dead_part_had_started_is_ended_too() -> None:
    child = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {_SLEEP!r}])"
    code = child + "; print('child', p.pid, flush=True); p.wait()"

    async def story(_master: Supervisor, terminal: Terminal) -> None:
        await terminal.shows("child")

    terminal = _run([Part("web", _python(code))], story)
    child_pid = next(int(line.split()[-1]) for line in terminal.lines if "child" in line)
    assert _ends(child_pid)


def test_a_deaf_part_is_killed_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.3)
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"

    async def story(_master: Supervisor, terminal: Terminal) -> None:
        await terminal.shows("deaf")

    started = time.monotonic()
    _run([Part("smtp", _python(code))], story)
    assert time.monotonic() - started < 10


def test_a_very_long_line_ends_nothing() -> None:
    code = "import time; print('x' * 300_000); print('after', flush=True); time.sleep(60)"

    async def story(_master: Supervisor, terminal: Terminal) -> None:
        await terminal.shows("after")

    _run([Part("web", _python(code))], story)


def test_pauses_grow_and_a_healthy_life_forgets_them() -> None:
    pauses = [0.0]
    for _ in range(8):
        pauses.append(next_pause(pauses[-1], lived=0.1))
    assert pauses[1:] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert next_pause(30, lived=supervisor.HEALTHY_SECONDS) == 0.5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_no_orphan_when_the_supervisor_itself_is_killed() -> None:
    code = (
        "import asyncio, sys; from webmail.supervisor import *;"
        "part = Part('web', [sys.executable, '-c', 'import os, time; print(os.getpid(), flush=True); "
        "time.sleep(60)']);"
        "asyncio.run(Supervisor([part], lambda line: print(line, flush=True)).run())"
    )
    with subprocess.Popen(_python(code), stdout=subprocess.PIPE, text=True) as master:
        assert master.stdout is not None
        child = int(master.stdout.readline().split()[-1])
        master.kill()
    assert _ends(child)
