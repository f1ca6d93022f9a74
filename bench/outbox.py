"""Fill a server's queue: `python -m bench.outbox ADDRESS COUNT BYTES [DOMAINS]`, in its environment.

The messages are submitted as the composer does, to as many people at REMOTE, or in turn at so many domains
below it, and held until `release`.
"""

import sys

import django

REMOTE = "remote.test"
_HELD_SECONDS = 86_400
_LINE = "All work and no play makes a message longer, line by line, until it has its size.\r\n"


def domain(number: int, domains: int) -> str:
    """Name the destination of a message."""
    return f"d{number % domains:02}.{REMOTE}" if domains else REMOTE


def fill(address: str, count: int, size: int, domains: int = 0) -> None:
    """Submit `count` messages of about `size` bytes."""
    django.setup()
    from mailserver.message.address import parse
    from mailserver.message.compose import Draft
    from webmail.delivery import submit
    from webmail.models import Account, OutboundMessage

    account = Account.objects.get(address=address)
    first = OutboundMessage.objects.count()
    for number in range(first, first + count):
        draft = Draft(
            from_=parse(address),
            to=tuple(parse(f"person{number}@{domain(number, domains)}")),
            subject=f"Message {number}",
            text=f"Number {number}\r\n" + _LINE * max((size - 600) // len(_LINE), 1),
        )
        submit.submit(account.pk, draft, submission_key=f"bench-{number}", hold_seconds=_HELD_SECONDS)


if __name__ == "__main__":
    fill(sys.argv[1], *map(int, sys.argv[2:]))
