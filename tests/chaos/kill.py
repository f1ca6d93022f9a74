"""kill -9 of web, SMTP and worker under load: what was acknowledged is there, each message whole.

    python -m tests.chaos.kill [--kills 20] [--sessions 4]

Starts two servers, each under its own supervisor (`up`), that route to each other. All the time, a client
sends unique messages to both by SMTP and notes which were acknowledged, and people of both send mail to
each other by the web's own form. Meanwhile each part is killed `--kills` times, on either server in turn,
and the supervisor starts it again. In the end the queues run empty, and the databases are compared with
the notes: acknowledged and missing must be 0; a duplicate must be the same bytes; `check_store` must find
nothing; no log may hold a traceback that isn't of the kill itself. Status 1 when any of that is not so.
"""

import argparse
import asyncio
import hashlib
import itertools
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench import letters, smtp_load
from bench.figures import say
from bench.generate import Generated, Generator
from bench.processes import end_as_interrupted
from bench.server import PASSWORD, Server
from bench.web_session import WebSession

from .evidence import complaints, held, queue_states
from .parts import Killer
from .senders import WebSender

_PARTS = ("web", "smtp", "worker")
_DRAIN_SECONDS = 240
_PAUSE = (0.2, 1.2)
# What a part says when another one is shot beside it.
_EXPECTED = re.compile(
    r"SIGKILL|signal 9|Unexpected exit from worker|Connection(Reset|Refused|Aborted)Error|BrokenPipe"
)


@dataclass
class Side:
    """One of the two servers, who has mail there, and what was noted about mail to and from it."""

    server: Server
    address: str
    killer: Killer
    inbound: smtp_load.Tally = field(default_factory=smtp_load.Tally)
    sent_to_other: list[str] = field(default_factory=list)

    def done(self, part: str) -> int:
        """What a part has achieved so far: messages taken, letters sent, letters delivered."""
        if part == "smtp":
            return len(self.inbound.acknowledged)
        if part == "web":
            return len(self.sent_to_other)
        return queue_states(self.server).get("delivered", 0)


def _start(stack: ExitStack, home: Path) -> tuple[Side, Side]:
    """Both servers, each with one person."""
    domains = ("crepes.test", "hamburger.test")
    people = ("alice@crepes.test", "bob@hamburger.test")
    hurry = {"RETRY_SCHEDULE": "1,2,3,5,5,10", "LOG_LEVEL": "INFO"}
    servers = [Server(home / domain, domain, hurry) for domain in domains]
    sides = []
    for server, other, person in zip(servers, reversed(servers), people, strict=True):
        server.environment["MAIL_ROUTES"] = f"{other.domain}=127.0.0.1:{other.ports['SMTP']}"
        server.prepare(person)
        stack.callback(server.stop)
        sides.append(Side(server, person, Killer(server.start_all(), len(sides))))
        session = WebSession(server.site)
        session.sign_in(person, PASSWORD)
        letters.set_undo_window(session, 0)
    return sides[0], sides[1]


class Load:
    """Mail from outside to both, and between both, until told to stop."""

    def __init__(self, sides: tuple[Side, Side], options: argparse.Namespace) -> None:
        self._sides = sides
        self._options = options
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._from_outside, args=(side, n)) for n, side in enumerate(sides)
        ]
        self._threads += [
            threading.Thread(target=self._by_web, args=pair) for pair in itertools.permutations(sides)
        ]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _letters(self, side: Side, seed: int) -> Iterator[Generated]:
        generator = Generator(seed, side.address)
        for number in itertools.count():
            if self._stopping.is_set():
                return
            yield generator.message(number, datetime.now(UTC))

    def _from_outside(self, side: Side, seed: int) -> None:
        asyncio.run(
            smtp_load.send_all(
                side.server.ports["SMTP"],
                self._letters(side, 1000 + seed),
                side.address,
                sessions=self._options.sessions,
                persistent=True,
                tries=2000,
                pause=self._options.pause,
                tally=side.inbound,
            )
        )

    def _by_web(self, side: Side, other: Side) -> None:
        sender = WebSender(side.server.site, side.address)
        for number in itertools.count():
            if self._stopping.wait(self._options.pause * 2):
                return
            token = f"chaos {side.server.domain} {number}"
            if sender.send(other.address, token, self._stopping):
                side.sent_to_other.append(token)


def _kill_all(sides: tuple[Side, Side], kills: int) -> None:
    """Kill every part as often as asked, alternating between the servers, at odd moments."""
    chance = random.Random(3)
    deadline = time.monotonic() + 120 + kills * 40
    while time.monotonic() < deadline:
        done = {part: sum(side.killer.kills[part] for side in sides) for part in _PARTS}
        if all(count >= kills for count in done.values()):
            return
        for part in _PARTS:
            # The one with fewer kills: it has had longer to come back.
            side = min(sides, key=lambda side: side.killer.kills[part])
            if done[part] < kills:
                side.killer.try_kill(part, side.done(part))
            time.sleep(chance.uniform(*_PAUSE) / len(_PARTS))
    raise TimeoutError(f"the parts came back too slowly: {done}")


def _drain(sides: tuple[Side, Side]) -> float:
    """Seconds until nothing was waiting or being sent any more."""
    started = time.monotonic()
    while time.monotonic() - started < _DRAIN_SECONDS:
        left = [queue_states(side.server) for side in sides]
        if not any(states.get("waiting", 0) or states.get("sending", 0) for states in left):
            return time.monotonic() - started
        time.sleep(0.5)
    raise TimeoutError(f"still queued after {_DRAIN_SECONDS} s: {left}")


def _judge(side: Side, other: Side) -> dict[str, int]:
    """Compare what `side` holds with what was acknowledged to its senders."""
    here = held(side.server)
    by_id = Counter(message.message_id for message in here)
    digests = {message.message_id: set[str]() for message in here}
    for message in here:
        digests[message.message_id].add(message.digest)
    subjects = Counter(message.subject for message in here)
    noted = {name.strip("<>"): raw for name, raw in side.inbound.acknowledged.items()}
    return {
        "acknowledged": len(noted),
        "missing": sum(name not in by_id for name in noted),
        "altered": sum(
            digests.get(name, {""}) != {_digest(raw)} for name, raw in noted.items() if name in by_id
        ),
        "doubtful": len(side.inbound.doubtful),
        "duplicates": sum(count - 1 for count in by_id.values()),
        "duplicates_that_differ": sum(len(found) > 1 for found in digests.values()),
        "refused": len([code for code in side.inbound.refused.values() if code >= 500]),
        "lost_connections": side.inbound.lost_connections,
        "sent_by_web": len(other.sent_to_other),
        "sent_and_missing": sum(token not in subjects for token in other.sent_to_other),
        "sent_and_doubled": sum(subjects[token] - 1 for token in other.sent_to_other if token in subjects),
    }


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest().upper()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20, help="of each part")
    parser.add_argument("--sessions", type=int, default=4, help="SMTP sessions to each server")
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between the messages of a session")
    parser.add_argument("--keep", type=Path, help="directory for data and logs, kept")
    return parser.parse_args()


def main() -> int:
    """Start, load, kill, drain and judge; returns the exit status."""
    options = _options()
    end_as_interrupted()
    with ExitStack() as stack:
        home = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        sides = _start(stack, home)
        started = time.monotonic()
        with Load(sides, options):
            _kill_all(sides, options.kills)
            # The last one killed shall come back and take mail again.
            time.sleep(5)
        seconds = time.monotonic() - started
        drained = _drain(sides)
        for side in sides:
            side.server.stop()
        return _conclude(sides, seconds, drained)


def _conclude(sides: tuple[Side, Side], seconds: float, drained: float) -> int:
    """Say all figures; 0 when every promise was kept."""
    wrong = 0
    total: Counter[str] = Counter()
    for side, other in itertools.permutations(sides):
        figures = _judge(side, other)
        total.update(figures)
        states = queue_states(side.server)
        wrong += sum(count for state, count in states.items() if state != "delivered")
        store = side.server.manage("check_store").strip()
        logged = list(complaints(side.server, _EXPECTED))
        wrong += len(logged)
        print(f"{side.server.domain}: kills {side.killer.kills}, queue {states}, check_store: {store}")
        for text in logged[:5]:
            print(text)
    fatal = ("missing", "altered", "duplicates_that_differ", "refused", "sent_and_missing")
    wrong += sum(total[name] for name in fatal)
    kills = {part: sum(side.killer.kills[part] for side in sides) for part in _PARTS}
    say(
        {**total, "kills": kills, "wrong": wrong, "seconds": round(seconds), "drained_s": round(drained, 1)},
        f"{sum(kills.values())} kills in {seconds:.0f} s: {total['acknowledged']} messages acknowledged, "
        f"{total['missing']} of them missing; {total['sent_by_web']} sent by web, "
        f"{total['sent_and_missing']} of them missing; {total['duplicates']} duplicates, "
        f"{total['duplicates_that_differ']} of them differ; {wrong} broken promises",
    )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
