"""Statements that a delivery costs, of one message and of fifty, on SQLite and on PostgreSQL.

    python -m bench.statements [--postgres URL]

Counts what `delivery.inbound.receive` sends to the database for one group of envelopes: the recipients are
known by then (RCPT was answered), so this is the cost between the final dot and the 250.
"""

import argparse
import re
import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import django

from .figures import say, table
from .generate import Generator
from .server import Database, Server

_PEOPLE = ("bench@bench.test", "second@bench.test")
_TRANSACTION = re.compile(r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK)", re.IGNORECASE)


def _count(batch: int, *, verbose: bool) -> tuple[int, int]:
    """Statements for one group of `batch` messages: without and with those that only bound transactions."""
    # The imports need a configured Django.
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from mailserver.smtp.envelope import Envelope, Peer
    from webmail.delivery import inbound
    from webmail.delivery.directory import Directory

    now = datetime.now(UTC)
    generator = Generator(batch, _PEOPLE[0])
    peer = Peer("192.0.2.1", 40000, "mx.sender.example", extended=True)

    def group(first: int) -> list[Envelope]:
        return [
            Envelope(peer, "load@sender.example", _PEOPLE[:1], generator.message(number, now).raw, now)
            for number in range(first, first + batch)
        ]

    directory = Directory()
    inbound.receive([inbound.read(envelope) for envelope in group(0)], directory)
    arrived = [inbound.read(envelope) for envelope in group(batch)]
    with CaptureQueriesContext(connection) as queries:
        replies = inbound.receive(arrived, directory)
    if not all(reply.positive for reply in replies):
        raise AssertionError(f"refused: {replies[0]}")
    statements = [query["sql"] for query in queries.captured_queries]
    if verbose:
        for statement, times in Counter(text[:100] for text in statements).items():
            print(f"  {times} x {statement}")
    return sum(not _TRANSACTION.match(text) for text in statements), len(statements)


def _inside(options: argparse.Namespace) -> None:
    """In a process that has a server's environment: count and say."""
    django.setup()
    for batch in options.batches:
        statements, whole = _count(batch, verbose=options.verbose)
        say(
            {
                "database": options.inside,
                "messages": batch,
                "statements": statements,
                "with_transaction": whole,
            },
            f"{options.inside}, {batch} messages: {statements} statements ({whole} with BEGIN and COMMIT)",
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--postgres", default="", help="address of a database where others may be made")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 50])
    parser.add_argument("--verbose", action="store_true", help="list the statements")
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Count on each database, each in a process of its own: a process has one database."""
    options = _options()
    if options.inside:
        _inside(options)
        return
    arguments = ["--batches", *map(str, options.batches), *(["--verbose"] if options.verbose else [])]
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        urls = {"sqlite": ""}
        if options.postgres:
            urls["postgresql"] = stack.enter_context(Database(options.postgres)).url
        output = ""
        for name, url in urls.items():
            server = Server(home / name, "bench.test", {"DATABASE_URL": url})
            server.prepare(*_PEOPLE)
            output += server.run("-m", "bench.statements", "--inside", name, *arguments)
    print(output, end="")
    rows = re.findall(r"^# (\w+), (\d+) messages: (\d+)", output, re.MULTILINE)
    print(table(["database", "messages", "statements"], rows))


if __name__ == "__main__":
    main()
