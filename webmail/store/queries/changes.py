"""What changed since a page was drawn."""

from collections.abc import Collection
from dataclasses import dataclass

from webmail.models import Account, Thread

from .. import sql

_MAX_THREADS = 500
_MAX_MESSAGES = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """Conversations changed and gone; `modseq` is where to go on from.

    `modseq` is where to go on from.

    `all` says that too much happened to list it, or that what went then is forgotten: draw the page anew.
    """

    modseq: int
    threads: list[int]
    gone: list[int]
    all: bool = False


def changes_since(account_id: int, modseq: int) -> Changes:
    """Read what happened after `modseq` (index thread_changed): two statements, one when nothing did.

    The account's modseq is read first: what commits between the statements is told now and once more later.
    """
    current, forgotten = _modseqs(account_id)
    if current <= modseq:
        return Changes(current, [], [])
    if modseq < forgotten:
        return Changes(current, [], [], all=True)
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


def changed_messages(account_id: int, modseq: int, thread_ids: Collection[int]) -> list[int] | None:
    """Keys of the messages, of these conversations, that were changed, placed or taken out after `modseq`.

    One statement (indexes placement_of_thread, expunged_of_account). None when there are too many to list.
    """
    among, keys = sql.among("p.thread_id", thread_ids)
    found = sql.run(
        f"SELECT p.message_id FROM webmail_mailboxmessage p WHERE {among} AND p.modseq > %s"
        " UNION SELECT e.message_key FROM webmail_expungedmessage e WHERE e.account_id = %s AND e.modseq > %s"
        f" LIMIT {_MAX_MESSAGES + 1}",
        [*keys, modseq, account_id, modseq],
    )
    return None if len(found) > _MAX_MESSAGES else [key for (key,) in found]


def current_modseq(account_id: int) -> int:
    """Read the modseq of an account's last change; 0 when there is no such account."""
    return _modseqs(account_id)[0]


def _modseqs(account_id: int) -> tuple[int, int]:
    """Read it, and up to which one nobody knows any more what went (sweep.forget_expunged)."""
    rows = Account.objects.filter(pk=account_id).values_list("modseq", "forgotten_modseq")
    return rows.first() or (0, 0)
