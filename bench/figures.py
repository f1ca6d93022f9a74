"""What is said of many measured values, and how each script says it."""

import json
import math
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of all values don't exceed (nearest rank)."""
    ordered = sorted(values)
    rank = math.ceil(percent / 100 * len(ordered))
    return ordered[max(rank, 1) - 1]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Lowest, median and highest, to four digits."""
    return {
        "min": rounded(min(values)),
        "median": rounded(statistics.median(values)),
        "max": rounded(max(values)),
    }


def rounded(value: float) -> float:
    """The value to four digits: more would be noise."""
    return float(f"{value:.4g}")


def say(result: dict[str, object], human: str) -> None:
    """Print what every script ends a case with: a JSON line, and one for people."""
    print(json.dumps(result, sort_keys=True), flush=True)
    print(f"# {human}", flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lines of aligned columns."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


class Machine:
    """How busy the machine was meanwhile: a figure taken in a crowd is not to be trusted.

    `pids` are the processes (with their descendants) of the measured server; our own process and its
    children are the load. What is left of the CPU time was somebody else's.
    """

    def __init__(self, pids: Sequence[int] = ()) -> None:
        self._pids = pids

    def __enter__(self) -> "Machine":
        self._start = (time.perf_counter(), _busy_seconds(), _own_seconds(), tree_seconds(self._pids))
        return self

    def __exit__(self, *_: object) -> None:
        started, busy, own, server = self._start
        self.seconds = time.perf_counter() - started
        self.server_seconds = tree_seconds(self._pids) - server
        others = _busy_seconds() - busy - (_own_seconds() - own) - self.server_seconds
        self.noise_cores = max(0.0, others / self.seconds)


def _busy_seconds() -> float:
    """CPU seconds since boot in which any core worked."""
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / _TICKS


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name, or [] when it has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def tree(pids: Sequence[int]) -> list[int]:
    """These processes and all their living descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            children.setdefault(int(stat[1]), []).append(int(entry.name))
    found: list[int] = []
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found and _stat(pid):
            found.append(pid)
            waiting += children.get(pid, [])
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU seconds of these living processes, to the microsecond: one command takes less than a tick."""
    return sum(map(_clock, tree(pids)))


def _clock(pid: int) -> float:
    """The clock that counts what a process has used (clock_getcpuclockid(3)); 0 for one that has gone."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def memory_kib(pids: Sequence[int]) -> int:
    """Memory of these processes and their descendants, what several share counted in parts."""
    return sum(map(_proportional, tree(pids)))


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def tree_seconds(pids: Sequence[int]) -> float:
    """CPU seconds of these processes, their descendants, and the children they buried."""
    ticks = sum(int(word) for pid in tree(pids) for word in _stat(pid)[11:15])
    return ticks / _TICKS
