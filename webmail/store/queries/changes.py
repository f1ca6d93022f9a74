"""What changed since a page was drawn."""

from dataclasses import dataclass

from webmail.models import Account, Mailbox, Thread

_MAX_THREADS = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """Conversations changed and gone, and whether mailboxes' counts or names did.

    `modseq` is where to go on from.

    `all` says that too much happened to list it, or that what went then is forgotten: draw the page anew.
    """

    modseq: int
    threads: list[int]
    gone: list[int]
    counts: bool = False
    names: bool = False
    all: bool = False


def changes_since(account_id: int, modseq: int) -> Changes:
    """Read what happened after `modseq` (index thread_changed): three statements, one when nothing did.

    The account's modseq is read first: what commits between the statements is told now and once more later.
    """
    current, forgotten = _modseqs(account_id)
    if current <= modseq:
        return Changes(current, [], [])
    if modseq < forgotten:
        return Changes(current, [], [], counts=True, names=True, all=True)
    threads = list(
        Thread.objects.filter(account_id=account_id, modseq__gt=modseq)
        .order_by("modseq")
        .values_list("pk", "message_count")[: _MAX_THREADS + 1]
    )
    changed_mailboxes = Mailbox.objects.filter(account_id=account_id, highest_modseq__gt=modseq)
    mailboxes = list(changed_mailboxes.values_list("modseq", flat=True))
    return Changes(
        modseq=current,
        threads=[key for key, count in threads if count],
        gone=[key for key, count in threads if not count],
        counts=bool(mailboxes),
        names=any(changed > modseq for changed in mailboxes),
        all=len(threads) > _MAX_THREADS,
    )


def current_modseq(account_id: int) -> int:
    """Read the modseq of an account's last change; 0 when there is no such account."""
    return _modseqs(account_id)[0]


def _modseqs(account_id: int) -> tuple[int, int]:
    """Read it, and up to which one nobody knows any more what went (sweep.forget_expunged)."""
    rows = Account.objects.filter(pk=account_id).values_list("modseq", "forgotten_modseq")
    return rows.first() or (0, 0)
