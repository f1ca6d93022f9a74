"""A queue for many destinations, some dead and some slow: how long it takes, beside Postfix, in one run.

    python -m bench.outbound_mixed [--messages 10000] [--domains 50] [--dead 5] [--slow 5]

The messages wait in the queue, held, the same number for each destination; then they are released. `drained`
is when all that can arrive has arrived; the dead destinations accept connections and drop them. Said
besides: CPU of the server's processes for a message, connections to those that take mail, and to the dead.
One trial for each server, in turn.
"""

import argparse
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import outbox, peers
from .figures import Machine, say, table
from .outbound import Sink
from .processes import LOOPBACK, end_as_interrupted, wait_until
from .server import Server

_SENDER = f"sender@{peers.DOMAIN}"
_SLOW_SECONDS = 2
_SECONDS = 900


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

    fast: Sink
    slow: Sink
    dead: Dead
    options: argparse.Namespace

    def routes(self) -> dict[str, int]:
        """The port of each destination: first the dead, then the slow."""
        ports = [self.dead.port] * self.options.dead + [self.slow.port] * self.options.slow
        domains = range(self.options.domains)
        return {
            outbox.domain(number, len(domains)): ports[number] if number < len(ports) else self.fast.port
            for number in domains
        }

    def counts(self) -> tuple[int, int, int]:
        """Sessions that ended and messages at those that take mail, connections to the dead."""
        fast, slow = self.fast.counts(), self.slow.counts()
        return fast[0] + slow[0], fast[1] + slow[1], self.dead.count

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
        wait_until(
            lambda: world.counts()[1] >= messages + world.arriving, _SECONDS, f"{name} did not send all"
        )
        seconds = time.perf_counter() - started
    time.sleep(5)
    after = world.counts()
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
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--directory", type=Path, default=Path("/var/tmp"), help="on a real disk")
    return parser.parse_args()


def main() -> None:
    """Measure both servers, and print the table."""
    options = _options()
    end_as_interrupted()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=options.directory)))
        home.chmod(0o755)
        fast = stack.enter_context(Sink(home).running())
        slow = stack.enter_context(Sink(home, "slow", _SLOW_SECONDS).running())
        dead = stack.enter_context(Dead().running())
        world = World(fast, slow, dead, options)
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
