"""What follows from an attempt: fates recorded, and the sender told of failure or delay, in one commit."""

from collections.abc import Callable, Collection, Sequence

from django.utils import timezone

from . import bounce, queue
from .owed import Parcel, Result


def settle(
    token: int,
    parcel: Parcel,
    results: Sequence[Result],
    *,
    accounts: Collection[int] = (),
    also: Callable[[Sequence[Result]], None] = lambda _accepted: None,
) -> list[Result]:
    """Record the results of one message; `also` does what must be true with them or not at all.

    `accounts` are those that `also` changes: locked together with the sender's, in order. Returns the results
    that were accepted: a worker that lost its lease changes nothing.
    """
    now = timezone.now()
    with queue.changing([parcel.account_id, *accounts]):
        accepted = queue.record(token, results, now)
        also([result for result in accepted if result.reply.positive])
        bounce.tell_sender(parcel, accepted, now)
    return accepted
