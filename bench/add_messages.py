"""Milliseconds that `store.add.add_messages` takes a message, in groups, on the database of DATABASE_URL.

Makes an account of its own in a database that has the tables (`manage.py migrate`); prints a line of JSON.
"""

import argparse
import cProfile
import json
import os
import pstats
import secrets
import time
from itertools import batched

from bench.generate import Generator


def measure(count: int, group: int, *, profile: bool) -> dict[str, float]:
    """Add `count` messages of 4 KiB, `group` in a transaction, digests made before."""
    from mailserver.message.digest import digest
    from webmail.models import User
    from webmail.store.add import NewMessage, Placement, add_messages
    from webmail.store.mailboxes import create_account

    name = f"bench-{secrets.token_hex(4)}@bench.test"
    account = create_account(User.objects.create_user(name), name)
    generated = list(Generator(secrets.randbits(30), name, 4, fixed=True).messages(count))
    started = time.perf_counter()
    digests = [digest(message.raw) for message in generated]
    digesting = time.perf_counter() - started
    batch = [
        NewMessage(
            message.raw,
            found,
            (Placement(account_id=account.pk, received_at=message.received_at, roles=("inbox",)),),
        )
        for message, found in zip(generated, digests, strict=True)
    ]
    profiler = cProfile.Profile()
    started, busy = time.perf_counter(), time.process_time()
    for messages in batched(batch, group, strict=False):
        if profile:
            profiler.enable()
        add_messages(messages)
        profiler.disable()
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    if profile:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
    return {
        "add_ms": round(1000 * seconds / count, 3),
        "add_cpu_ms": round(1000 * busy / count, 3),
        "digest_ms": round(1000 * digesting / count, 3),
    }


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--group", type=int, default=20)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmail.settings")
    import django

    django.setup()
    print(json.dumps(measure(arguments.count, arguments.group, profile=arguments.profile)))


if __name__ == "__main__":
    main()
