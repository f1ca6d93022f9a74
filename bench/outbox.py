"""Fill a server's queue: `python -m bench.outbox ADDRESS COUNT BYTES [DOMAINS]`, in its environment.

The messages are owed as what a person's rules hand on is, without a copy in Sent, to as many people at
REMOTE, or in turn at so many domains below it, and wait a day or until `release`.
"""

import sys
from datetime import timedelta

import django

REMOTE = "remote.test"
_HELD = timedelta(days=1)
_BATCH = 500
_LINE = "All work and no play makes a message longer, line by line, until it has its size.\r\n"


def domain(number: int, domains: int) -> str:
    """Name the destination of a message."""
    return f"d{number % domains:02}.{REMOTE}" if domains else REMOTE


def fill(address: str, count: int, size: int, domains: int = 0) -> None:
    """Owe `count` messages of about `size` bytes."""
    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from webmail.delivery import onward
    from webmail.models import Account, OutboundMessage
    from webmail.store import blobs

    account = Account.objects.get(address=address)
    first, due = OutboundMessage.objects.count(), timezone.now() + _HELD
    for start in range(first, first + count, _BATCH):
        numbers = range(start, min(start + _BATCH, first + count))
        with transaction.atomic():
            saved = blobs.save_many([_letter(address, number, size) for number in numbers])
            onward.enqueue(
                [
                    onward.Onward(
                        account.pk,
                        f"bench-{number}",
                        blob.pk,
                        f"person{number}@{domain(number, domains)}",
                        mail_from=address,
                    )
                    for number, blob in zip(numbers, saved, strict=True)
                ],
                due,
            )


def _letter(address: str, number: int, size: int) -> bytes:
    head = f"From: {address}\r\nTo: person{number}@{REMOTE}\r\nSubject: Message {number}\r\n"
    head += f"Message-ID: <{number}@bench.test>\r\nMIME-Version: 1.0\r\n\r\n"
    return (head + _LINE * max((size - len(head)) // len(_LINE), 1)).encode()


if __name__ == "__main__":
    fill(sys.argv[1], *map(int, sys.argv[2:]))
