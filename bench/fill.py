"""Fill one account's mailbox from the generator, through the store's one door; for `bench.web`.

DATA_DIR=... python -m bench.fill ADDRESS --count 10000 [--seed 1] [--processes 2]

Every tenth message also carries the label Work, every thousandth Travel.
"""

import argparse
import dataclasses
import itertools
import json
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING

import django

from .generate import Generated, Generator

if TYPE_CHECKING:
    from webmail.store.add import NewMessage

_READ_AT_ONCE = 250
_STORED_AT_ONCE = 2_000
_LABELS = {"Work": 10, "Travel": 1000}


def fill(address: str, messages: Iterable[Generated], processes: int = 2) -> int:
    """Add the messages to the inbox of `address`, and return how many there were.

    They are read and packed in `processes`, as receiving servers do it; one transaction takes many.
    """
    # The store needs a configured Django, and the script's options are read before.
    from webmail.models import Account
    from webmail.store import add

    account = Account.objects.get(address=address)
    labels = {_label(account.pk, path): every for path, every in _LABELS.items()}
    count = 0
    for batch in itertools.batched(
        _packed(account.pk, messages, labels, processes), _STORED_AT_ONCE, strict=False
    ):
        add.add_messages(batch)
        count += len(batch)
    return count


def _label(account_id: int, path: str) -> int:
    from webmail.store import mailboxes, queries

    return queries.mailbox_by_path(account_id, path) or mailboxes.create(account_id, path)[0]


def _packed(
    account_id: int, messages: Iterable[Generated], labels: Mapping[int, int], processes: int
) -> "Iterator[NewMessage]":
    """Yield the messages in their order, read and packed; no more are made ahead than are being read."""
    from django.db import connections

    connections.close_all()
    waiting: deque[Future[list[NewMessage]]] = deque()
    with ProcessPoolExecutor(processes) as pool:
        for group in itertools.batched(enumerate(messages), _READ_AT_ONCE, strict=False):
            waiting.append(pool.submit(_pack, account_id, group, labels))
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        for future in waiting:
            yield from future.result()


def _pack(
    account_id: int, group: Sequence[tuple[int, Generated]], labels: Mapping[int, int]
) -> "list[NewMessage]":
    from mailserver.message import digest, part
    from webmail.store import add

    made = []
    for number, message in group:
        read = digest.digest(message.raw)
        packed = add.pack(message.raw, read)
        # What is packed already needn't travel once more.
        read = dataclasses.replace(read, part=part.Part(0, 0, 0, 0), search_text="", search_fields=())
        placement = add.Placement(
            account_id=account_id,
            received_at=message.received_at,
            roles=("inbox",),
            mailbox_ids=tuple(key for key, every in labels.items() if number % every == 0),
            flags=message.flags,
        )
        made.append(add.NewMessage(message.raw, read, (placement,), packed))
    return made


def analyze() -> None:
    """Let PostgreSQL look at what it holds now, as its autovacuum does within a minute."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def main() -> None:
    """Read the options and fill."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kibibytes", type=float, default=5.0, help="median size of a message")
    parser.add_argument("--processes", type=int, default=2, help="that read and pack")
    options = parser.parse_args()
    django.setup()
    started = time.perf_counter()
    generator = Generator(options.seed, options.address, options.kibibytes)
    count = fill(options.address, generator.messages(options.count), options.processes)
    seconds = time.perf_counter() - started
    analyze()
    print(json.dumps({"messages": count, "seconds": round(seconds, 1), "per_s": round(count / seconds)}))
    print(f"# {count} messages in {seconds:.0f} s, {count / seconds:.0f} a second")


if __name__ == "__main__":
    main()
