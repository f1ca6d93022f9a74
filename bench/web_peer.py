"""Postillion and Roundcube side by side, with the same mailboxes: for whoever compares them.

    python -m bench.web_peer HOME [--sizes 10000 100000]

Fills what isn't filled below HOME (kept for the next time; not below a closed directory, as /root is), starts
both, prints a line of JSON with the addresses to sign in at for each size, and stops both at Ctrl-C or
SIGTERM. In Python:

    with web_peer.started(home, [10_000, 100_000]) as pairs: ...
"""

import argparse
import json
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from . import dovecot
from .processes import end_as_interrupted
from .roundcube import RECIPIENT, Roundcube, user_of
from .server import PASSWORD, Server


@dataclass(frozen=True, slots=True)
class Site:
    """Where a mailbox is read in a browser, and the processes that serve it."""

    site: str
    sign_in: str
    user: str
    password: str
    pids: list[int]


@dataclass(frozen=True, slots=True)
class Pair:
    """The same mailbox at both; `roundcube` is None where only ours was asked for."""

    size: int
    postillion: Site
    roundcube: Site | None


def filled(home: Path, size: int, database: str = "", redis: str = "") -> Server:
    """A Postillion below `home`, not started, whose inbox holds `size` messages of the generator."""
    server = Server(home / f"web-{size}", "bench.test", {"DATABASE_URL": database, "REDIS_URL": redis})
    marker = server.home / "filled"
    if database or not marker.exists():
        server.prepare(RECIPIENT)
        said = server.run("-m", "bench.fill", RECIPIENT, "--count", str(size))
        print(said.strip().splitlines()[-1], flush=True)
        marker.touch()
    return server


def serve(stack: ExitStack, server: Server) -> Site:
    """Start a Postillion until the stack is closed."""
    stack.callback(server.stop)
    child = server.start_all()
    return Site(server.site, f"{server.site}/sign-in/", RECIPIENT, PASSWORD, [child.pid])


@contextmanager
def started(
    home: Path, sizes: Sequence[int], peer_sizes: Sequence[int] | None = None
) -> Iterator[list[Pair]]:
    """Start both, and stop them at the end; Roundcube has mailboxes of `peer_sizes`, else of all `sizes`."""
    peers = [size for size in sizes if peer_sizes is None or size in peer_sizes]
    with ExitStack() as stack:
        roundcube = Roundcube(home / "roundcube")
        if peers:
            roundcube.setup(peers)
            stack.callback(roundcube.stop)
            roundcube.start()
        yield [
            Pair(size, serve(stack, filled(home, size)), _site(roundcube, size) if size in peers else None)
            for size in sizes
        ]


def _site(roundcube: Roundcube, size: int) -> Site:
    site = roundcube.site
    return Site(site, f"{site}/?_task=login", user_of(size), dovecot.PASSWORD, roundcube.pids)


def main() -> None:
    """Start both, say where, and wait to be stopped."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    options = parser.parse_args()
    end_as_interrupted()
    with started(options.home, options.sizes) as pairs:
        print(json.dumps([asdict(pair) for pair in pairs]), flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("# stopped", flush=True)


if __name__ == "__main__":
    main()
