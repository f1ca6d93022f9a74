"""Server time of reading mail, beside Roundcube on the same mailboxes in the same run.

    python -m bench.web_compare HOME [--sizes 10000 100000 1000000] [--peer-sizes 10000 100000]

To be run as root (bench.roundcube says with which packages). Both run during the whole trial and take turns.
`list` is what a script asks for to draw rows, `page` the whole page, `deep` rows from anywhere in the
mailbox; `open` is what a click on a row loads, with the frames of its letters; `search` a word in subjects.
A time is what the client waits; `cpu_ms` is what all the server's processes worked for one request, and says
more where the machine isn't quiet. The table has the targets; beyond the peer's sizes ours is held against
our 100,000.
"""

import argparse
import json
import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from . import web_peer
from .figures import Machine, percentile, rounded, say, table, tree_seconds
from .processes import end_as_interrupted
from .roundcube import RECIPIENT, RoundcubeReader, uids
from .web import Reader, frames, need
from .web_peer import Pair, Site
from .web_session import WebSession

_PARTIAL = {"HX_Request": "true", "HX_Target": "main"}
_WORDS = ("harbour", "lantern", "umbrella", "orchard", "timetable", "kitchen", "bridge", "garden")
_ROUNDS = 3
_ROWS = 50
_FASTER = {
    ("list", 10_000): 5,
    ("open", 10_000): 5,
    ("search", 10_000): 10,
    ("list", 100_000): 15,
    ("open", 100_000): 15,
    ("search", 100_000): 10,
}
_MOST_OF_100K = 1.5

type Ask = Callable[[], float]
"""Makes a request, or those that belong together; the seconds that it took."""


@dataclass
class Measured:
    """Times of one kind of request at one server, and the CPU its processes took in all."""

    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def p50(self) -> float:
        """Milliseconds that half of the requests don't exceed."""
        return 1000 * percentile(self.seconds, 50)

    @property
    def cpu_ms(self) -> float:
        """CPU of the server for one request."""
        return 1000 * self.cpu / len(self.seconds)


def postillion(site: Site, requests: int) -> dict[str, Ask]:
    """What is asked of ours."""
    session = WebSession(site.site)
    session.sign_in(site.user, site.password)
    reader = Reader(session)
    deep = reader.pages(requests)
    conversations = reader.conversations(deep[: requests // 20 + 3])
    number = count()

    def get(path: str) -> float:
        return need(session.get(path, **_PARTIAL)).seconds

    def opened() -> float:
        answer = need(session.get(conversations[next(number) % len(conversations)], **_PARTIAL))
        return answer.seconds + sum(need(session.get(frame)).seconds for frame in frames(answer.text))

    return {
        "list": lambda: get("/mail/inbox/"),
        "page": lambda: need(session.get("/mail/inbox/")).seconds,
        "deep": lambda: get(deep[next(number) % len(deep)]),
        "open": opened,
        "search": lambda: get(f"/search/?q=subject:{_WORDS[next(number) % len(_WORDS)]}"),
    }


def roundcube(site: Site, size: int, requests: int) -> dict[str, Ask]:
    """What is asked of Roundcube."""
    reader = RoundcubeReader(site.site, site.user)
    choose = random.Random(7)
    pages = [choose.randrange(1, max(2, size // _ROWS)) for _ in range(requests)]
    reader.rows(1)
    shown = [uid for page in pages[: requests // 20 + 3] for uid in uids(reader.rows(page))]
    choose.shuffle(shown)
    number = count()
    return {
        "list": lambda: need(reader.rows(1)).seconds,
        "page": lambda: need(reader.whole()).seconds,
        "deep": lambda: need(reader.rows(pages[next(number) % len(pages)])).seconds,
        "open": lambda: need(reader.open(shown[next(number) % len(shown)])).seconds,
        "search": lambda: need(reader.search(_WORDS[next(number) % len(_WORDS)])).seconds,
    }


def measure(sites: Sequence[tuple[Site, dict[str, Ask]]], requests: int) -> list[dict[str, Measured]]:
    """Let the servers take turns, kind by kind and round by round."""
    found: list[dict[str, Measured]] = [{kind: Measured() for kind in asks} for _, asks in sites]
    for turn in range(_ROUNDS):
        for kind in found[0]:
            for (site, asks), measured in zip(sites, found, strict=True):
                if not turn:
                    asks[kind]()
                before = tree_seconds(site.pids)
                measured[kind].seconds += [asks[kind]() for _ in range(requests // _ROUNDS)]
                measured[kind].cpu += tree_seconds(site.pids) - before
    return found


def _trial(pair: Pair, requests: int) -> list[dict[str, Measured]]:
    sites = [(pair.postillion, postillion(pair.postillion, requests))]
    if pair.roundcube:
        sites.append((pair.roundcube, roundcube(pair.roundcube, pair.size, requests)))
    with Machine([pid for site, _ in sites for pid in site.pids]) as machine:
        found = measure(sites, requests)
    for name, measured in zip(("postillion", "roundcube"), found, strict=False):
        for kind, each in measured.items():
            figures = {"p50_ms": rounded(each.p50), "cpu_ms": rounded(each.cpu_ms)}
            say(
                {"server": name, "mailbox": pair.size, "kind": kind, **figures}
                | {"requests": len(each.seconds), "noise_cores": rounded(machine.noise_cores)},
                f"{name}, {kind} of {pair.size}: p50 {each.p50:.1f} ms, CPU {each.cpu_ms:.1f} ms",
            )
    return found


def _lines(found: dict[int, list[dict[str, Measured]]]) -> list[list[object]]:
    """The table: ours, theirs, how many times faster, and what was aimed at."""
    lines: list[list[object]] = []
    for size, servers in found.items():
        for kind, ours in servers[0].items():
            line: list[object] = [kind, size, f"{ours.p50:.1f}", f"{ours.cpu_ms:.1f}"]
            if len(servers) > 1:
                theirs = servers[1][kind]
                target = _FASTER.get((kind, size))
                line += [f"{theirs.p50:.1f}", f"{theirs.cpu_ms:.1f}", f"{theirs.p50 / ours.p50:.1f}"]
                line += [f"{theirs.cpu_ms / max(ours.cpu_ms, 0.01):.1f}", f"{target} x" if target else ""]
            elif size > 100_000 in found:
                base = found[100_000][0][kind]
                line += ["", "", f"{ours.p50 / base.p50:.2f} of 100,000", f"{ours.cpu_ms / base.cpu_ms:.2f}"]
                line += [f"at most {_MOST_OF_100K}"]
            lines.append(line)
    return lines


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "home", type=Path, help="where the mailboxes are, or are made; not below a closed one"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--peer-sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--requests", type=int, default=60, help="of each kind")
    return parser.parse_args()


def main() -> None:
    """Measure, and print the tables."""
    options = _options()
    end_as_interrupted()
    found: dict[int, list[dict[str, Measured]]] = {}
    statements: dict[int, dict[str, int]] = {}
    with ExitStack() as stack:
        pairs = stack.enter_context(web_peer.started(options.home, options.sizes, options.peer_sizes))
        for pair in pairs:
            found[pair.size] = _trial(pair, options.requests)
    for size in options.sizes:
        server = web_peer.filled(options.home, size)
        statements[size] = json.loads(server.run("-m", "bench.web_statements", RECIPIENT))
    titles = [
        "kind",
        "mailbox",
        "ours p50 ms",
        "CPU ms",
        "Roundcube p50 ms",
        "CPU ms",
        "times",
        "CPU",
        "target",
    ]
    print(table(titles, [[*line, *[""] * (len(titles) - len(line))] for line in _lines(found)]))
    pages = list(next(iter(statements.values())))
    print(table(["statements", *pages], [[size, *counts.values()] for size, counts in statements.items()]))


if __name__ == "__main__":
    main()
