"""POP3 beside Dovecot on the same mailbox: messages a second, and the CPU that each takes of the server.

    apt-get install dovecot-core dovecot-imapd dovecot-pop3d      (to be run as root)
    python -m bench.pop3 HOME [--size 10000] [--count 1000] [--rounds 5] [--postgres URL --redis URL]

Both servers run during the whole trial and take turns within each operation, so that a slow minute of the
machine hits both. `RETR` waits for each message before it asks for the next, `RETR by 20` sends twenty
commands at a time. The mailbox is that of `bench.imap`, and stays in HOME.
"""

import argparse
import socket
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack

from .figures import Machine, cpu_seconds, rounded, say, table
from .imap_peers import Peer, certificate_of, dovecot_of, options_of, postillion
from .processes import LOOPBACK, end_as_interrupted
from .server import Database


class PopClient:
    """A session that is logged in."""

    def __init__(self, peer: Peer) -> None:
        self._socket = socket.create_connection((LOOPBACK, peer.pop3_port), 120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._held = bytearray()
        self._line()
        for command in (f"USER {peer.user}", f"PASS {peer.password}"):
            self.send(command)
            self._line()

    def send(self, *commands: str) -> None:
        """Send commands at once."""
        self._socket.sendall("".join(f"{command}\r\n" for command in commands).encode())

    def _line(self) -> bytes:
        while (end := self._held.find(b"\r\n")) < 0:
            self._more()
        line = bytes(self._held[:end])
        del self._held[: end + 2]
        if not line.startswith(b"+OK"):
            raise ValueError(line)
        return line

    def _lines(self) -> None:
        """Read an answer of several lines; what they say is not looked at."""
        self._line()
        start = 0
        while not self._held.startswith(b".\r\n") and (end := self._held.find(b"\r\n.\r\n", start)) < 0:
            start = max(0, len(self._held) - 4)
            self._more()
        del self._held[: 3 if self._held.startswith(b".\r\n") else end + 5]

    def _more(self) -> None:
        octets = self._socket.recv(1 << 20)
        if not octets:
            raise EOFError
        self._held += octets

    def one(self, command: str) -> None:
        """Ask for several lines."""
        self.send(command)
        self._lines()

    def many(self, commands: list[str], at_once: int) -> None:
        """Ask for several lines, again and again."""
        for start in range(0, len(commands), at_once):
            some = commands[start : start + at_once]
            self.send(*some)
            for _ in some:
                self._lines()

    def quit(self) -> None:
        """Leave."""
        self.send("QUIT")
        self._line()
        self._socket.close()


def _work(count: int) -> dict[str, Callable[[PopClient], None]]:
    """What is measured of a session; each of the last three names `count` messages."""
    fetch = [f"RETR {number}" for number in range(1, count + 1)]
    tops = [f"TOP {number} 0" for number in range(1, count + 1)]
    return {
        "UIDL": lambda client: client.one("UIDL"),
        "LIST": lambda client: client.one("LIST"),
        "RETR": lambda client: client.many(fetch, 1),
        "RETR by 20": lambda client: client.many(fetch, 20),
        "TOP by 20": lambda client: client.many(tops, 20),
    }


type Taken = dict[tuple[str, str], list[tuple[float, float]]]
"""By operation and server: (seconds, CPU seconds) of each round."""


def _time(taken: Taken, name: str, peer: Peer, work: Callable[[], None]) -> None:
    pids = peer.pids()
    cpu, started = cpu_seconds(pids), time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    taken.setdefault((name, peer.name), []).append((seconds, cpu_seconds(pids) - cpu))


def _log_in(peer: Peer) -> None:
    PopClient(peer).quit()


def _report(peers: list[Peer], taken: Taken, options: argparse.Namespace) -> None:
    rows = []
    for name in ("log in and out", *_work(options.count)):
        times = options.count if name.startswith(("RETR", "TOP")) else 1
        row: list[object] = [name]
        figures: dict[str, object] = {"size": options.size, "operation": name}
        for measure, unit in ((0, "ms"), (1, "cpu_ms")):
            medians = [
                rounded(1000 * statistics.median(one[measure] for one in taken[name, peer.name]) / times)
                for peer in peers
            ]
            row += [*medians, rounded(medians[0] / medians[-1]) if medians[-1] else ""]
            figures |= {f"{peer.name}_{unit}": value for peer, value in zip(peers, medians, strict=True)}
        say(figures, f"{name}: {' '.join(map(str, row[1:]))}")
        rows.append(row)
    names = [peer.name for peer in peers]
    print(table(["ms each", *names, "ratio", *(f"cpu {name}" for name in names), "ratio"], rows))


def _options() -> argparse.Namespace:
    parser = options_of(__doc__)
    parser.add_argument("--count", type=int, default=1000, help="messages that are fetched")
    return parser.parse_args()


def main() -> None:
    """Start both servers, and measure."""
    options = _options()
    end_as_interrupted()
    with ExitStack() as stack:
        database = stack.enter_context(Database(options.postgres)).url if options.postgres else ""
        settings = {"DATABASE_URL": database, "REDIS_URL": options.redis}
        ours = postillion(stack, options.home, options.size, settings)
        certificate = certificate_of(options.home / f"web-{options.size}")
        peers = [ours, dovecot_of(stack, options.home, options.size, certificate)]
        taken: Taken = {}
        with Machine([pid for peer in peers for pid in peer.pids()]) as machine:
            for _ in range(options.rounds):
                for peer in peers:
                    _time(taken, "log in and out", peer, lambda peer=peer: _log_in(peer))  # type: ignore[misc]
                clients = [PopClient(peer) for peer in peers]
                for name, work in _work(options.count).items():
                    for peer, client in zip(peers, clients, strict=True):
                        _time(taken, name, peer, lambda client=client, work=work: work(client))  # type: ignore[misc]
                for client in clients:
                    client.quit()
        _report(peers, taken, options)
        print(f"# noise: {machine.noise_cores:.1f} cores")


if __name__ == "__main__":
    main()
