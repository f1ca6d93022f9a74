"""How long the pages take: list and conversation, in a small and in a large mailbox.

    python -m bench.web [--sizes 10000 100000] [--requests 200] [--postgres URL] [--keep DIRECTORY]

Starts a Postillion of its own as `make run` does, fills its inbox, signs in by the form, and asks for one
page after the other over one kept-alive connection. A time is what the client waits, from the first byte
of the request to the last of the answer. `list` is the first page of the inbox, `deep` a page from its
middle, `all` the first page of all mail, `partial` the list as htmx asks for it; `conversation` opens random
conversations of random pages (one in seven unread, which this marks as read), `body` the letter in its frame.
`floor` is an answer that costs nothing but the HTTP server, its threads, Django's middleware and the session:
the redirect from / to the inbox.
With --keep the filled server stays in DIRECTORY, and the next run uses it again.
"""

import argparse
import random
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from . import web_peer
from .figures import Machine, percentile, rounded, say, table
from .generate import NEWEST, YEARS
from .processes import end_as_interrupted
from .server import Database
from .web_session import Answer, UnexpectedAnswerError, WebSession

_SEED = 7
_WORDS = [quote(words) for words in ("harbour", "lantern bridge", "会议", "umbrella is:unread")]
# Milliseconds, p50: what the project promises itself.
_TARGETS = {"list": 6, "deep": 6, "all": 6, "partial": 6, "conversation": 8, "body": 8}


def need(answer: Answer) -> Answer:
    """The answer, when it is a page, or the redirect of `floor`."""
    if answer.status not in (200, 302):
        raise UnexpectedAnswerError(f"{answer.path}: {answer.status}")
    return answer


class Reader:
    """Somebody who walks through the pages of one mailbox."""

    def __init__(self, session: WebSession) -> None:
        self.session = session
        self.random = random.Random(_SEED)

    def page(self, path: str) -> str:
        """The text of a page."""
        return need(self.session.get(path)).text

    def pages(self, count: int) -> list[str]:
        """The paths of `count` pages of the inbox, from anywhere but its ends."""
        ages = [0.1 + 0.8 * self.random.random() for _ in range(count)]
        moments = [(NEWEST - age * YEARS - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() for age in ages]
        return [f"/mail/inbox/?before={int(moment * 1_000_000)}.0.1000" for moment in moments]

    def conversations(self, paths: Sequence[str]) -> list[str]:
        """Conversations on these pages, shuffled."""
        found = {
            match for path in paths for match in re.findall(r'"(/conversations/\d+/[^"]*)"', self.page(path))
        }
        ordered = sorted(path.replace("&amp;", "&") for path in found)
        self.random.shuffle(ordered)
        return ordered

    def bodies(self, conversations: Sequence[str]) -> list[str]:
        """The frames in which these conversations show their letters."""
        return [path for conversation in conversations for path in frames(self.page(conversation))]


def frames(page: str) -> list[str]:
    """The frames of a conversation's page."""
    found = re.findall(r'<iframe src="(/messages/\d+/body/[^"]*)"', page)
    return [path.replace("&amp;", "&") for path in found]


def times(ask: Callable[[int], Answer], count: int) -> list[float]:
    """Milliseconds of `count` requests, after two that warm the caches."""
    for number in (0, 1):
        need(ask(number))
    return [1000 * need(ask(number)).seconds for number in range(2, count + 2)]


def measure(session: WebSession, count: int) -> dict[str, list[float]]:
    """The times of each kind of page, in milliseconds."""
    reader = Reader(session)
    deep = reader.pages(count // 20 + 2)
    conversations = reader.conversations(deep)[: count + 2]
    if not conversations:
        raise UnexpectedAnswerError("the list shows no conversation")
    bodies = reader.bodies(conversations[:60])
    requests: dict[str, Callable[[int], Answer]] = {
        "floor": lambda _: session.once("/"),
        "list": lambda _: session.get("/mail/inbox/"),
        "partial": lambda _: session.get("/mail/inbox/", HX_Request="true", HX_Target="main"),
        "deep": lambda number: session.get(deep[number % len(deep)]),
        "all": lambda _: session.get("/mail/all/"),
        "conversation": lambda number: session.get(conversations[number % len(conversations)]),
        "body": lambda number: session.get(bodies[number % len(bodies)]),
        "search": lambda number: session.get(f"/search/?q={_WORDS[number % len(_WORDS)]}"),
    }
    return {name: times(ask, count) for name, ask in requests.items()}


def start(stack: ExitStack, options: argparse.Namespace, size: int) -> web_peer.Site:
    """A running server whose inbox holds `size` messages."""
    folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    database = stack.enter_context(Database(options.postgres)).url if options.postgres else ""
    return web_peer.serve(stack, web_peer.filled(folder, size, database, options.redis))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--postgres", default="", help="address of a database where others may be made")
    parser.add_argument("--redis", default="", help="used with --postgres")
    parser.add_argument("--keep", type=Path, help="directory of filled servers")
    return parser.parse_args()


def main() -> None:
    """Measure each size, and print the table."""
    options = _options()
    end_as_interrupted()
    rows = []
    for size in options.sizes:
        with ExitStack() as stack:
            site = start(stack, options, size)
            session = WebSession(site.site)
            session.sign_in(site.user, site.password)
            with Machine(site.pids) as machine:
                measured = measure(session, options.requests)
        for name, values in measured.items():
            p50, p95 = rounded(percentile(values, 50)), rounded(percentile(values, 95))
            result = {"page": name, "mailbox": size, "p50_ms": p50, "p95_ms": p95, "requests": len(values)}
            noise = rounded(machine.noise_cores)
            say(
                {**result, "database": "postgresql" if options.postgres else "sqlite", "noise_cores": noise},
                f"{name} of {size}: p50 {p50:.2f} ms, p95 {p95:.2f} ms",
            )
            rows.append([name, size, f"{p50:.2f}", f"{p95:.2f}", _TARGETS.get(name, "")])
    print(table(["page", "mailbox", "p50 ms", "p95 ms", "target"], sorted(rows)))


if __name__ == "__main__":
    main()
