"""Messages a second that a full queue sends: Postillion beside Postfix, to one sink, in one run.

    python -m bench.outbound [--postgres URL [--redis URL]] [--repeat 3] [--messages 2000]

The messages wait in the queue, held; then they are released, and the clock runs until `smtp-sink`, from
Debian's package postfix, has all of them (`drained`), and until the queue knows it (`settled`). `steady`
counts from the first message that the sink has: without the pause until somebody looks into the queue. Each
case is measured `--repeat` times, all cases in turn before the next round.
"""

import argparse
import os
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import peers
from .figures import Machine, percentile, rounded, say, spread, table
from .outbox import REMOTE
from .processes import LOOPBACK, end_as_interrupted, free_port, wait_for_port, wait_until
from .server import Database, Server

_SENDER = f"sender@{peers.DOMAIN}"
_PEER = "postfix"
_SECONDS = 180
_COUNTERS = re.compile(rb"sess=(\d+) quit=\d+ mesg=(\d+)")


@dataclass(frozen=True)
class Case:
    """A server with a queue: `fill` puts messages into it, held; `release` lets go; `waiting` counts."""

    name: str
    fill: Callable[[int], None]
    release: Callable[[], None]
    waiting: Callable[[], int]
    pids: tuple[int, ...]


@dataclass(frozen=True)
class Figures:
    """What one trial gave; rates in messages a second."""

    drained: float
    steady: float
    settled: float
    connections: int
    server_ms: float
    noise_cores: float


class Sink:
    """One smtp-sink for all servers; it prints how many sessions and messages it has had.

    A slow one waits for so many seconds before it answers DATA.
    """

    def __init__(self, folder: Path, name: str = "sink", slow_seconds: int = 0) -> None:
        self.port = free_port()
        self._output = folder / f"{name}.out"
        self._slow = ["-w", str(slow_seconds)] if slow_seconds else []

    @contextmanager
    def running(self) -> Iterator["Sink"]:
        """Serve until the block is left."""
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        with self._output.open("wb") as output:
            command = ["smtp-sink", "-c", *self._slow, *user, f"{LOOPBACK}:{self.port}", "1024"]
            process = subprocess.Popen(command, stdout=output, stderr=output)
            try:
                wait_for_port(self.port)
                yield self
            finally:
                process.terminate()
                process.wait()

    def counts(self) -> tuple[int, int]:
        """Sessions that ended and messages that came, since the start."""
        with self._output.open("rb") as output:
            output.seek(max(self._output.stat().st_size - 4096, 0))
            found = _COUNTERS.findall(output.read())
        return (int(found[-1][0]), int(found[-1][1])) if found else (0, 0)


def measure(case: Case, sink: Sink, count: int) -> Figures:
    """Fill the queue, release it, and wait until it is empty."""
    case.fill(count)
    wait_until(lambda: case.waiting() >= count, _SECONDS, f"{case.name} did not queue all")
    sessions, messages = sink.counts()
    with Machine(case.pids) as machine:
        started = time.perf_counter()
        case.release()
        wait_until(lambda: sink.counts()[1] > messages, _SECONDS, f"{case.name} sends nothing")
        first = time.perf_counter() - started
        wait_until(lambda: sink.counts()[1] >= messages + count, _SECONDS, f"{case.name} did not send all")
        drained = time.perf_counter() - started
        wait_until(lambda: case.waiting() == 0, _SECONDS, f"{case.name} did not settle all")
        settled = time.perf_counter() - started
    if (sent := sink.counts()[1] - messages) != count:
        raise AssertionError(f"{case.name} sent {sent} messages, {count} were queued")
    # A session counts when it has ended: cached connections are closed a little later.
    time.sleep(4)
    return Figures(
        drained=count / drained,
        steady=count / max(drained - first, 0.001),
        settled=count / settled,
        connections=sink.counts()[0] - sessions,
        server_ms=1000 * machine.server_seconds / count,
        noise_cores=machine.noise_cores,
    )


def _postfix(stack: ExitStack, home: Path, sink: Sink, size: int) -> Case:
    pair = peers.Peers(home)
    pair.setup()
    stack.callback(pair.stop)
    pair.relay_to(sink.port)
    pair.start()

    def fill(count: int) -> None:
        pair.hold()
        command = ["smtp-source", "-s", "20", "-d", "-m", str(count), "-l", str(size), "-f", _SENDER]
        command += ["-t", f"someone@{REMOTE}", f"{LOOPBACK}:{pair.port}"]
        subprocess.run(command, check=True, timeout=_SECONDS)
        wait_until(lambda: pair.deferred() >= count, _SECONDS, "Postfix did not defer all")

    return Case(_PEER, fill, pair.release, pair.deferred, tuple(pair.pids))


def _ours(stack: ExitStack, home: Path, name: str, settings: dict[str, str], size: int) -> Case:
    server = Server(home / name.replace(" ", "-"), peers.DOMAIN, settings)
    stack.callback(server.stop)
    server.prepare(_SENDER)
    child = server.start_all()

    def fill(count: int) -> None:
        server.run("-m", "bench.outbox", _SENDER, str(count), str(size))

    return Case(name, fill, server.release_queue, server.count_queue, (child.pid,))


def _start_all(stack: ExitStack, options: argparse.Namespace, home: Path, sink: Sink) -> list[Case]:
    cases = []
    if peers.installed() and not options.without_peers:
        cases.append(_postfix(stack, home / "peers", sink, options.bytes))
    common = {"MAIL_ROUTES": f"{REMOTE}={LOOPBACK}:{sink.port}"}
    for count in options.workers:
        settings = {**common, "WORKERS": str(count)}
        cases.append(_ours(stack, home, f"embedded {count}w", settings, options.bytes))
        if options.postgres:
            url = stack.enter_context(Database(options.postgres)).url
            settings |= {"DATABASE_URL": url, "REDIS_URL": options.redis}
            cases.append(_ours(stack, home, f"postgresql {count}w", settings, options.bytes))
    return cases


def _say_case(case: Case, runs: Sequence[Figures], options: argparse.Namespace) -> None:
    columns = {name: [getattr(run, name) for run in runs] for name in Figures.__dataclass_fields__}
    result: dict[str, object] = {name: spread(values) for name, values in columns.items()}
    result |= {"server": case.name, "messages": options.messages, "bytes": options.bytes}
    drained = spread(columns["drained"])
    say(
        result,
        f"{case.name}: {drained['median']:.0f}/s [{drained['min']:.0f}..{drained['max']:.0f}], "
        f"noise up to {percentile(columns['noise_cores'], 100):.2f} cores",
    )


def _table(results: dict[Case, list[Figures]]) -> str:
    """Medians of all, and our ratio to the peer's."""
    theirs = [runs for case, runs in results.items() if case.name == _PEER]
    rows = []
    for case, runs in results.items():
        row = [case.name]
        for name in ("drained", "steady", "settled"):
            ours = statistics.median(getattr(run, name) for run in runs)
            ratio = ours / statistics.median(getattr(run, name) for run in theirs[0]) if theirs else 0
            row.append(f"{rounded(ours):.0f}/s" + (f"  x{ratio:.2f}" if ratio else ""))
        row.append(f"{statistics.median(run.connections for run in runs):.0f}")
        row.append(f"{statistics.median(run.server_ms for run in runs):.1f}")
        rows.append(row)
    return table(["messages a second", "drained", "steady", "settled", "connections", "server ms"], rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=2000, help="a trial")
    parser.add_argument("--bytes", type=int, default=4096)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="WORKERS")
    parser.add_argument("--postgres", default="", help="address of a database where others may be made")
    parser.add_argument("--redis", default="", help="used with --postgres, by all of its cases in turn")
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--directory", type=Path, default=Path("/var/tmp"), help="on a real disk")
    return parser.parse_args()


def main() -> None:
    """Measure every case in turn, as often as asked, and print the table."""
    options = _options()
    end_as_interrupted()
    results: dict[Case, list[Figures]] = {}
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=options.directory)))
        home.chmod(0o755)
        sink = stack.enter_context(Sink(home).running())
        cases = _start_all(stack, options, home, sink)
        for case in cases:
            measure(case, sink, 100)
        for _ in range(options.repeat):
            for case in cases:
                results.setdefault(case, []).append(measure(case, sink, options.messages))
    for case, runs in results.items():
        _say_case(case, runs, options)
    print(_table(results))


if __name__ == "__main__":
    main()
