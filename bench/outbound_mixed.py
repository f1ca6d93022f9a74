"""A queue for many destinations, some dead and some slow: how long it takes, beside Postfix, in one run.

    python -m bench.outbound_mixed [--messages 10000] [--domains 50] [--dead 5] [--slow 5] [--apart]

The messages wait in the queue, held, the same number for each destination; then they are released. `drained`
is when all that can arrive has arrived. Those that are alike are one server, as domains of one provider;
Postfix goes by the next hop, and takes them for one destination of 20 connections. With `--apart` each is a
server of its own. The dead accept connections and drop them. Said besides: CPU of the server's processes for
a message, connections to those that take mail, and to the dead; a connection counts when it has ended. One
trial for each server, in turn.
"""

import argparse
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import outbox, peers
from .figures import Machine, say, table
from .outbound import Sink
from .processes import LOOPBACK, end_as_interrupted, wait_until
from .server import Server

_SENDER = f"sender@{peers.DOMAIN}"
_SLOW_SECONDS = 2
_SECONDS = 900
_QUIET_SECONDS = 15
_LOOK_SECONDS = 0.1


class Dead:
    """Takes connections and drops them, and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self._listener = socket.create_server((LOOPBACK, 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])

    @contextmanager
    def running(self) -> Iterator["Dead"]:
        """Serve until the block is left."""
        threading.Thread(target=self._serve, daemon=True).start()
        try:
            yield self
        finally:
            self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                made, _ = self._listener.accept()
            except OSError:
                return
            self.count += 1
            made.close()


@dataclass(frozen=True)
class World:
    """Where the destinations are, and how much goes to them."""

    fast: Sequence[Sink]
    slow: Sequence[Sink]
    dead: Sequence[Dead]
    options: argparse.Namespace

    def routes(self) -> dict[str, int]:
        """The port of each destination: first the dead, then the slow."""
        options = self.options
        fast = options.domains - options.dead - options.slow
        kinds = ((self.dead, options.dead), (self.slow, options.slow), (self.fast, fast))
        ports = [hosts[number % len(hosts)].port for hosts, count in kinds for number in range(count)]
        return {outbox.domain(number, len(ports)): port for number, port in enumerate(ports)}

    def counts(self) -> tuple[int, int, int]:
        """Sessions that ended and messages at those that take mail, connections to the dead."""
        taken = [each.counts() for each in (*self.fast, *self.slow)]
        dead = sum(each.count for each in self.dead)
        return sum(each[0] for each in taken), sum(each[1] for each in taken), dead

    def have(self, messages: int) -> bool:
        """Whether so many messages have arrived."""
        return self.counts()[1] >= messages

    def final_counts(self) -> tuple[int, int, int]:
        """The counts when for a while no connection has ended any more."""
        counts, since = self.counts(), time.monotonic()
        while time.monotonic() < since + _QUIET_SECONDS:
            time.sleep(1)
            if (now := self.counts()) != counts:
                counts, since = now, time.monotonic()
        return counts

    @property
    def arriving(self) -> int:
        """How many messages can arrive."""
        each = self.options.messages // self.options.domains
        return each * (self.options.domains - self.options.dead)


def _measure(name: str, world: World, pids: tuple[int, ...], release: Callable[[], None]) -> list[str]:
    sessions, messages, dead = world.counts()
    with Machine(pids) as machine:
        started = time.perf_counter()
        release()
        all_arrived = partial(world.have, messages + world.arriving)
        wait_until(all_arrived, _SECONDS, f"{name} did not send all", _LOOK_SECONDS)
        seconds = time.perf_counter() - started
    after = world.final_counts()
    figures = {
        "server": name,
        "drained_seconds": round(seconds, 1),
        "rate": round(world.arriving / seconds, 1),
        "server_ms": round(1000 * machine.server_seconds / world.arriving, 2),
        "connections": after[0] - sessions,
        "connections_to_dead": after[2] - dead,
        "noise_cores": round(machine.noise_cores, 2),
    }
    say(figures, f"{name}: {world.arriving} messages in {seconds:.1f} s")
    return [str(value) for value in figures.values()]


def _postfix(home: Path, world: World) -> list[str]:
    options, pair = world.options, peers.Peers(home)
    pair.setup()
    pair.route(world.routes())
    pair.start_postfix()
    try:
        pair.hold()
        for domain in world.routes():
            command = ["smtp-source", "-s", "10", "-d", "-m", str(options.messages // options.domains)]
            command += ["-l", str(options.bytes), "-f", _SENDER, "-t", f"someone@{domain}"]
            subprocess.run([*command, f"{LOOPBACK}:{pair.port}"], check=True, timeout=_SECONDS)
        wait_until(lambda: pair.deferred() >= options.messages, _SECONDS, "Postfix did not defer all")
        return _measure("postfix", world, tuple(pair.pids), pair.release)
    finally:
        pair.stop()


def _ours(home: Path, world: World) -> list[str]:
    options = world.options
    routes = ",".join(f"{domain}={LOOPBACK}:{port}" for domain, port in world.routes().items())
    server = Server(home, peers.DOMAIN, {"MAIL_ROUTES": routes})
    try:
        server.prepare(_SENDER)
        child = server.start_all()
        server.run(
            "-m", "bench.outbox", _SENDER, *map(str, (options.messages, options.bytes, options.domains))
        )
        return _measure("postillion", world, (child.pid,), server.release_queue)
    finally:
        server.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--bytes", type=int, default=4096)
    parser.add_argument("--domains", type=int, default=50)
    parser.add_argument("--dead", type=int, default=5)
    parser.add_argument("--slow", type=int, default=5)
    parser.add_argument("--apart", action="store_true", help="a server for each destination")
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--directory", type=Path, default=Path("/var/tmp"), help="on a real disk")
    return parser.parse_args()


def _world(stack: ExitStack, home: Path, options: argparse.Namespace) -> World:
    """Start a server for each kind of destination, or for each destination."""

    def sinks(kind: str, count: int, seconds: int = 0) -> list[Sink]:
        numbers = range(count if options.apart else 1)
        return [stack.enter_context(Sink(home, f"{kind}{each}", seconds).running()) for each in numbers]

    fast = sinks("fast", options.domains - options.dead - options.slow)
    slow = sinks("slow", options.slow, _SLOW_SECONDS)
    dead = [stack.enter_context(Dead().running()) for _ in range(options.dead if options.apart else 1)]
    return World(fast, slow, dead, options)


def main() -> None:
    """Measure both servers, and print the table."""
    options = _options()
    end_as_interrupted()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=options.directory)))
        home.chmod(0o755)
        world = _world(stack, home, options)
        rows = []
        if peers.installed() and not options.without_peers:
            rows.append(_postfix(home / "peers", world))
        rows.append(_ours(home / "ours", world))
    names = [
        "server",
        "seconds",
        "messages a second",
        "server ms",
        "connections",
        "to the dead",
        "noise, cores",
    ]
    print(table(names, rows))


if __name__ == "__main__":
    main()
