"""What follows from attempts: fates recorded, and the senders told of failure or delay, in one commit."""

from collections.abc import Callable, Collection, Sequence

from django.utils import timezone

from . import bounce, fate, queue
from .owed import Result, Settled


def settle(
    token: int,
    settled: Sequence[Settled],
    *,
    accounts: Collection[int] = (),
    also: Callable[[Sequence[Result]], None] = lambda _accepted: None,
) -> list[Result]:
    """Record what became of messages of one claim; `also` does what must be true with it or not at all.

    `accounts` are those that `also` changes: locked together with the senders', in order. Returns the results
    that were accepted: a worker that lost its lease changes nothing.
    """
    now = timezone.now()
    with queue.changing([*(each.parcel.account_id for each in settled), *accounts]) as modseqs:
        accepted = fate.record(token, [result for each in settled for result in each.results], now, modseqs)
        good = [result for result in accepted if result.reply.positive]
        also(good)
        bad = {result.owed.recipient_id for result in accepted if not result.reply.positive}
        for each in settled:
            if mine := [result for result in each.results if result.owed.recipient_id in bad]:
                bounce.tell_sender(each.parcel, mine, now)
            if "SUCCESS" in each.parcel.notify.upper():
                bounce.tell_success(each.parcel, [one for one in each.results if one in good], now)
    return accepted
