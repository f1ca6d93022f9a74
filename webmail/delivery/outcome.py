"""What follows from attempts: fates recorded, and the senders told what they want to know, in one commit."""

from collections.abc import Callable, Collection, Sequence

from django.utils import timezone

from . import bounce, fate, outbox, queue
from .owed import Result, Settled


def settle(
    settled: Sequence[Settled],
    *,
    accounts: Collection[int] = (),
    also: Callable[[Sequence[Result]], None] = lambda _accepted: None,
) -> list[Result]:
    """Record what became of claimed messages; `also` does what must be true with it or not at all.

    `accounts` are those that `also` changes: locked together with the senders', in order. Returns the results
    that were accepted: a worker that lost its lease changes nothing.
    """
    now = timezone.now()
    with queue.changing([*(each.parcel.account_id for each in settled), *accounts]) as modseqs:
        accepted = fate.record([result for each in settled for result in each.results], now, modseqs)
        also([result for result in accepted if result.reply.positive])
        told = {
            result.owed.recipient_id
            for result in accepted
            if not result.reply.positive or bounce.wants(result, "SUCCESS")
        }
        _leave_outbox(accepted)
        for each in settled:
            if mine := [result for result in each.results if result.owed.recipient_id in told]:
                bounce.tell_sender(each.parcel, mine, now)
    return accepted


def _leave_outbox(accepted: Sequence[Result]) -> None:
    """Take out of the Outbox what these results have ended: one query, and more only where something goes."""
    parcels = [result.owed.parcel for result in accepted]
    sent = {each.sent_message_id: each.account_id for each in parcels if each.sent_message_id}
    if sent:
        outbox.leave({key for key in sent.values() if key}, sent.keys())
