"""Fill one account's mailbox from the generator, through the store's one door; for `bench.web`.

DATA_DIR=... python -m bench.fill ADDRESS --count 10000 [--seed 1]
"""

import argparse
import itertools
import json
import time
from collections.abc import Iterable

import django

from .generate import Generated, Generator

_BATCH = 500


def fill(address: str, messages: Iterable[Generated]) -> int:
    """Add the messages to the inbox of `address`, and return how many there were."""
    # The store needs a configured Django, and the script's options are read before.
    from mailserver.message import digest
    from webmail.models import Account
    from webmail.store import add

    account = Account.objects.get(address=address)
    count = 0
    for group in itertools.batched(messages, _BATCH, strict=False):
        batch = [
            add.NewMessage(
                message.raw,
                digest.digest(message.raw),
                (
                    add.Placement(
                        account_id=account.pk,
                        received_at=message.received_at,
                        roles=("inbox",),
                        flags=message.flags,
                    ),
                ),
            )
            for message in group
        ]
        add.add_messages(batch)
        count += len(batch)
    return count


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
    options = parser.parse_args()
    django.setup()
    started = time.perf_counter()
    generator = Generator(options.seed, options.address, options.kibibytes)
    count = fill(options.address, generator.messages(options.count))
    seconds = time.perf_counter() - started
    analyze()
    print(json.dumps({"messages": count, "seconds": round(seconds, 1), "per_s": round(count / seconds)}))
    print(f"# {count} messages in {seconds:.0f} s, {count / seconds:.0f} a second")


if __name__ == "__main__":
    main()
