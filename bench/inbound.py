"""Messages a second that a server accepts and shows: Postillion beside Postfix + Dovecot, in one run.

    python -m bench.inbound [--postgres URL [--redis URL]] [--repeat 3] [--messages 3000] [--checks]

Each case is measured `--repeat` times, all cases in turn before the next round. `accepted` ends with the
client's last 250, `visible` when the mailbox holds every message: in the Maildir there, committed in the
database here. Loads: "source" is smtp-source, from Debian's package postfix (tiny headers, all
messages alike); "unique" is our own client, whose messages differ and look like mail. Both over 20
sessions, once over persistent connections and once over a connection for each message. With `--checks` the
messages of "unique" are signed, and each of ours takes part once more with its checks of the sender on.
Without the peers' packages, or not as root, only Postillion is measured.
"""

import argparse
import asyncio
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from . import peers, smtp_load
from .authentic import Vouching
from .figures import Machine, percentile, rounded, say, spread, table
from .generate import Generated, Generator
from .processes import LOOPBACK, end_as_interrupted
from .server import Database, Server

_PEERS = "postfix+dovecot"
_VISIBLE_SECONDS = 120


@dataclass(frozen=True)
class Case:
    """A server that takes mail for RECIPIENT at `port`; `count` says how much its mailbox shows."""

    name: str
    port: int
    count: Callable[[], int]
    pids: tuple[int, ...]


@dataclass(frozen=True)
class Shape:
    """How a load comes: by which client, and whether a connection carries more than one message."""

    load: str
    persistent: bool

    @property
    def name(self) -> str:
        """As it stands in the table."""
        return f"{self.load} {'persistent' if self.persistent else 'one a connection'}"


@dataclass(frozen=True)
class Figures:
    """What one trial gave."""

    accepted: float
    visible: float
    server_ms: float
    noise_cores: float


def measure(case: Case, shape: Shape, options: argparse.Namespace, seed: int) -> Figures:
    """Send one load, and wait until all of it is visible."""
    count = options.messages
    send = _source(case, shape, options) if shape.load == "source" else _unique(case, shape, options, seed)
    before = case.count()
    with Machine(case.pids) as machine:
        started = time.perf_counter()
        send()
        accepted = time.perf_counter() - started
        deadline = started + _VISIBLE_SECONDS
        while (seen := case.count() - before) < count:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{case.name}: only {seen} of {count} messages are visible")
            time.sleep(0.02)
        visible = time.perf_counter() - started
    if (seen := case.count() - before) != count:
        raise AssertionError(f"{case.name}: {seen} messages are visible, {count} were sent")
    return Figures(
        count / accepted, count / visible, 1000 * machine.server_seconds / count, machine.noise_cores
    )


def _source(case: Case, shape: Shape, options: argparse.Namespace) -> Callable[[], None]:
    """Load by smtp-source."""
    command = ["smtp-source", "-s", str(options.sessions), "-m", str(options.messages)]
    command += ["-l", str(options.bytes), "-f", "load@sender.example", "-t", peers.RECIPIENT]
    command += ["-d"] if shape.persistent else []
    command.append(f"{LOOPBACK}:{case.port}")

    def send() -> None:
        # Its status says that every message was taken.
        subprocess.run(command, check=True, timeout=_VISIBLE_SECONDS)

    return send


def _unique(case: Case, shape: Shape, options: argparse.Namespace, seed: int) -> Callable[[], None]:
    """Load by our own client; the messages are made before the clock starts."""
    generator = Generator(seed, peers.RECIPIENT, options.bytes / 1024, fixed=True)
    now = datetime.now(UTC)
    messages: list[Generated] = [generator.message(number, now) for number in range(options.messages)]
    if options.vouching:
        messages = options.vouching.signed(messages)

    def send() -> None:
        tally = asyncio.run(
            smtp_load.send_all(
                case.port,
                iter(messages),
                peers.RECIPIENT,
                sessions=options.sessions,
                persistent=shape.persistent,
            )
        )
        if len(tally.acknowledged) != len(messages):
            raise AssertionError(
                f"{case.name} refused {len(tally.refused)}: {list(tally.refused.items())[:3]}"
            )

    return send


def _start_all(stack: ExitStack, options: argparse.Namespace, home: Path) -> list[Case]:
    """Start every server that takes part; they wait idle while another is measured."""
    cases = []
    if peers.installed() and not options.without_peers:
        cases.append(_start_peers(stack, home / "peers"))
    wanted = [(f"embedded {count}p", {}, count) for count in options.processes]
    if options.postgres:
        for count in options.processes:
            url = stack.enter_context(Database(options.postgres)).url
            wanted.append((f"postgresql {count}p", {"DATABASE_URL": url, "REDIS_URL": options.redis}, count))
    if options.vouching:
        # Loopback is checked as everything else: this network has nobody in it.
        checks = {"DNS_RESOLVER": options.vouching.server, "UNCHECKED_NETWORKS": "192.0.2.0/24"}
        wanted += [(f"{name} checked", {**settings, **checks}, count) for name, settings, count in wanted]
    for name, settings, processes in wanted:
        server = Server(
            home / name.replace(" ", "-"), peers.DOMAIN, {**settings, "SMTP_PROCESSES": str(processes)}
        )
        stack.callback(server.stop)
        server.prepare(peers.RECIPIENT)
        child = server.start("run_smtp", ready="SMTP")
        cases.append(_case(name, server, child.pid))
    return cases


def _case(name: str, server: Server, pid: int) -> Case:
    return Case(name, server.ports["SMTP"], lambda: server.count(peers.RECIPIENT), (pid,))


def _start_peers(stack: ExitStack, home: Path) -> Case:
    pair = peers.Peers(home)
    pair.setup()
    stack.callback(pair.stop)
    pair.start()
    return Case(_PEERS, pair.port, pair.count, tuple(pair.pids))


def _say_case(case: Case, shape: Shape, runs: Sequence[Figures], options: argparse.Namespace) -> None:
    """One line of JSON and one for people."""
    columns = {name: [getattr(run, name) for run in runs] for name in Figures.__dataclass_fields__}
    result = {
        f"{name}{'_per_s' if name in ('accepted', 'visible') else ''}": spread(values)
        for name, values in columns.items()
    }
    result |= {"server": case.name, "load": shape.load, "persistent": shape.persistent}
    result |= {"sessions": options.sessions, "bytes": options.bytes, "messages": options.messages}
    visible, noise = spread(columns["visible"]), percentile(columns["noise_cores"], 100)
    say(
        result,
        f"{case.name}, {shape.name}: {visible['median']:.0f} visible/s "
        f"[{visible['min']:.0f}..{visible['max']:.0f}], noise up to {noise:.2f} cores",
    )


def _table(cases: Sequence[Case], results: dict[tuple[Case, Shape], list[Figures]]) -> str:
    """Medians of all, and our ratio to the peers'."""
    shapes = list(dict.fromkeys(shape for _, shape in results))
    rows = []
    for case in cases:
        row = [case.name]
        for shape in shapes:
            ours = statistics.median(run.visible for run in results[case, shape])
            theirs = [
                runs for (other, form), runs in results.items() if other.name == _PEERS and form == shape
            ]
            ratio = ours / statistics.median(run.visible for run in theirs[0]) if theirs else 0
            row.append(f"{rounded(ours):.0f}/s" + (f"  x{ratio:.2f}" if ratio else ""))
        rows.append(row)
    return table(["visible messages a second", *(shape.name for shape in shapes)], rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=3000, help="a trial")
    parser.add_argument("--bytes", type=int, default=4096)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--loads", nargs="+", choices=["source", "unique"], default=["source", "unique"])
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2], help="SMTP_PROCESSES")
    parser.add_argument("--postgres", default="", help="address of a database where others may be made")
    parser.add_argument("--redis", default="", help="used with --postgres")
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--checks", action="store_true", help="measure with SPF, DKIM and DMARC as well")
    parser.add_argument("--directory", type=Path, default=Path("/var/tmp"), help="on a real disk")
    return parser.parse_args()


def main() -> None:
    """Measure every case in turn, as often as asked, and print the table."""
    options = _options()
    end_as_interrupted()
    loads = [load for load in options.loads if load != "source" or shutil.which("smtp-source")]
    shapes = [Shape(load, persistent) for load in loads for persistent in (True, False)]
    results: dict[tuple[Case, Shape], list[Figures]] = {}
    with ExitStack() as stack:
        options.vouching = stack.enter_context(Vouching()) if options.checks else None
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=options.directory)))
        home.chmod(0o755)
        cases = _start_all(stack, options, home)
        for turn in range(options.repeat):
            for number, shape in enumerate(shapes):
                for case in cases:
                    # A warm-up goes first: processes fork, caches fill, statements get prepared.
                    if turn == 0:
                        warm_up = argparse.Namespace(**{**vars(options), "messages": 200})
                        measure(case, shape, warm_up, seed=90_000 + number)
                    figures = measure(case, shape, options, seed=100 * turn + number)
                    results.setdefault((case, shape), []).append(figures)
    for (case, shape), runs in results.items():
        _say_case(case, shape, runs, options)
    print(_table(cases, results))


if __name__ == "__main__":
    main()
