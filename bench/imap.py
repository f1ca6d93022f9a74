"""IMAP beside Dovecot on the same mailbox: what each operation takes, in time and in CPU of the server.

    apt-get install dovecot-core dovecot-imapd                    (to be run as root)
    python -m bench.imap HOME [--size 10000] [--rounds 5] [--postgres URL --redis URL]
    python -m bench.imap HOME --idle 1000 --busy 50
    python -m bench.imap HOME --large --alone --size 1000000

Both servers run during the whole trial and take turns within each operation, so that a slow minute of the
machine hits both; each round begins cold, Dovecot without its index and cache, ours as a new process. Dovecot
keeps a Maildir; both sync as they do by default. `cpu` is what all processes of a server used, without a
PostgreSQL behind it. What is filled stays in HOME, which must be open to Dovecot's user.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress

from . import imap_idle, imap_large
from .figures import Machine, cpu_seconds, rounded, say, table
from .imap_client import RefusedError
from .imap_peers import Peer, certificate_of, dovecot_of, options_of, postillion
from .imap_work import COLD, WARM, Mailbox
from .processes import end_as_interrupted
from .server import Database

type Taken = dict[tuple[str, str], list[tuple[float, float]]]
"""By operation and server: (seconds, CPU seconds) of each round."""


def _round(peers: Sequence[Peer], taken: Taken) -> None:
    boxes = {}
    for peer in peers:
        peer.forget()
        boxes[peer.name] = Mailbox(peer.client())
    for name, work in COLD.items():
        for peer in peers:
            _time(taken, name, peer, work, boxes[peer.name])
    for box in boxes.values():
        box.look()
        with suppress(RefusedError):
            # Of a run that was interrupted.
            box.client.ask("DELETE BenchMove")
        box.client.ask("CREATE BenchMove")
    for name, work in WARM.items():
        for peer in peers:
            _time(taken, name, peer, work, boxes[peer.name])
    for box in boxes.values():
        box.client.ask("DELETE BenchMove")
        box.client.close()


def _time(taken: Taken, name: str, peer: Peer, work: Callable[[Mailbox], object], box: Mailbox) -> None:
    pids = peer.pids()
    cpu, started = cpu_seconds(pids), time.perf_counter()
    work(box)
    seconds = time.perf_counter() - started
    taken.setdefault((name, peer.name), []).append((seconds, cpu_seconds(pids) - cpu))


def _median(values: Sequence[float]) -> float:
    return rounded(1000 * statistics.median(values))


def _report(peers: Sequence[Peer], taken: Taken, size: int) -> None:
    rows = []
    for name in (*COLD, *WARM):
        row: list[object] = [name]
        figures: dict[str, object] = {"size": size, "operation": name}
        for measure in (0, 1):
            medians = [_median([one[measure] for one in taken[name, peer.name]]) for peer in peers]
            ratio = rounded(medians[0] / medians[-1]) if len(peers) > 1 and medians[-1] else ""
            row += [*medians, ratio]
            kind = "cpu_ms" if measure else "ms"
            figures |= {f"{peer.name}_{kind}": value for peer, value in zip(peers, medians, strict=True)}
        say(figures, f"{name}: {' '.join(map(str, row[1:]))}")
        rows.append(row)
    names = [peer.name for peer in peers]
    head = ["ms", *names, "ratio", *(f"cpu {name}" for name in names), "ratio"]
    print(table(head, rows))


def _options() -> argparse.Namespace:
    parser = options_of(__doc__)
    parser.add_argument("--alone", action="store_true", help="measure ours only")
    parser.add_argument("--idle", type=int, default=0, help="measure so many idle sessions instead")
    parser.add_argument("--large", action="store_true", help="measure what size must not matter for instead")
    parser.add_argument("--busy", type=int, default=50, help="sessions that work meanwhile")
    parser.add_argument("--processes", type=int, default=1, help="IMAP_PROCESSES of ours")
    return parser.parse_args()


def main() -> None:
    """Start the servers, and measure."""
    options = _options()
    end_as_interrupted()
    with ExitStack() as stack:
        database = stack.enter_context(Database(options.postgres)).url if options.postgres else ""
        settings = {
            "DATABASE_URL": database,
            "REDIS_URL": options.redis,
            "IMAP_PROCESSES": str(options.processes),
        }
        ours = postillion(stack, options.home, options.size, settings, app_password=True)
        peers = [ours]
        if not options.alone:
            certificate = certificate_of(options.home / f"web-{options.size}")
            peers.append(dovecot_of(stack, options.home, options.size, certificate))
        if options.idle:
            imap_idle.measure(peers, options.idle, options.busy)
            return
        if options.large:
            for peer in peers:
                imap_large.measure(peer, options.rounds)
            return
        taken: Taken = {}
        with Machine([pid for peer in peers for pid in peer.pids()]) as machine:
            for _ in range(options.rounds):
                _round(peers, taken)
        _report(peers, taken, options.size)
        print(f"# noise: {machine.noise_cores:.1f} cores")


if __name__ == "__main__":
    main()
