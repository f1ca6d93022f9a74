"""What changed since a page was drawn."""

from dataclasses import dataclass

from webmail.models import Account, Thread

_MAX_THREADS = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """Conversations changed and gone; `modseq` is where to go on from.

    `all` says that too much happened to list it: draw the page anew.
    """

    modseq: int
    threads: list[int]
    gone: list[int]
    all: bool = False


def changes_since(account_id: int, modseq: int) -> Changes:
    """Read what happened after `modseq` (index thread_changed): two statements, one when nothing did.

    The account's modseq is read first: what commits between the statements is told now and once more later.
    """
    current = current_modseq(account_id)
    if current <= modseq:
        return Changes(current, [], [])
    threads = list(
        Thread.objects.filter(account_id=account_id, modseq__gt=modseq)
        .order_by("modseq")
        .values_list("pk", "message_count")[: _MAX_THREADS + 1]
    )
    return Changes(
        modseq=current,
        threads=[key for key, count in threads if count],
        gone=[key for key, count in threads if not count],
        all=len(threads) > _MAX_THREADS,
    )


def current_modseq(account_id: int) -> int:
    """Read the modseq of an account's last change; 0 when there is no such account."""
    return Account.objects.filter(pk=account_id).values_list("modseq", flat=True).first() or 0
