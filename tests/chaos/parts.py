"""The parts of a running server, found below its supervisor, and the hand that kills them."""

import os
import random
import signal
from pathlib import Path

from bench.figures import tree
from bench.processes import Child

# What the command line of each part's first process holds.
_MARKS = {"web": "granian", "smtp": "run_smtp", "worker": "celery"}


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


class Killer:
    """Kills parts of one server as a power cut or the system's memory killer would, one at a time."""

    def __init__(self, supervisor: Child, seed: int) -> None:
        self._supervisor = supervisor
        self._random = random.Random(seed)
        self._done: dict[str, int] = {}
        self.kills = dict.fromkeys(_MARKS, 0)

    def pids(self, part: str) -> list[int]:
        """The first process of a part and its descendants; [] while it is down."""
        below = [pid for pid in tree([self._supervisor.pid]) if _parent(pid) == self._supervisor.pid]
        first = [pid for pid in below if _MARKS[part] in _command(pid)]
        return tree(first)

    def try_kill(self, part: str, done: int) -> bool:
        """Kill the first process of the part, or now and then one below it, once it works again.

        `done` counts what the part has achieved in this trial: it has to have risen since the last kill.
        """
        pids = self.pids(part)
        if not pids or done <= self._done.get(part, 0):
            return False
        target = self._random.choice(pids) if self._random.random() < 0.3 else pids[0]
        # Only what is below our own supervisor, looked at a moment ago, is ended.
        os.kill(target, signal.SIGKILL)
        self.kills[part] += 1
        self._done[part] = done
        return True
