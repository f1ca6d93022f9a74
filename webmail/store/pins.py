"""Pin: a conversation stands first in the Inbox or a label, whatever comes."""

from collections.abc import Collection
from typing import Final

from webmail.models import MailboxThread, Role

from .change import Change
from .done import Done
from .placements import Placements
from .restore import mark_steps

MOST: Final = 50
_HAVING_PINS: Final = frozenset({Role.NONE, Role.INBOX})


class TooManyPinsError(ValueError):
    """More than `MOST` conversations would be pinned in one mailbox; none was."""


def pin(account_id: int, message_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Pin whole conversations where they are looked at, else in the Inbox; only what stands there.

    Raises `TooManyPinsError`.
    """
    return _set(account_id, message_ids, mailbox_id, pinned=True)


def unpin(account_id: int, message_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Let them stand among the others again, where they are looked at, else in the Inbox."""
    return _set(account_id, message_ids, mailbox_id, pinned=False)


def _set(account_id: int, message_ids: Collection[int], mailbox_id: int | None, *, pinned: bool) -> Done:
    """All of a conversation that stands there is pinned, so that the pin goes only with the last of it."""
    with Change([account_id]) as change:
        placements = Placements(change, account_id, message_ids)
        where = _place(placements, account_id, mailbox_id)
        rows = [row for key in placements if (row := placements.at(key, where)) and row.pinned != pinned]
        if pinned:
            _refuse_too_many(where, {row.thread_id for row in rows})
        inverse = mark_steps(rows)
        for row in rows:
            row.pinned = pinned
            placements.changed(row)
        placements.save()
        return Done(change.modseq(account_id), len(rows), inverse)


def _place(placements: Placements, account_id: int, mailbox_id: int | None) -> int:
    if mailbox_id is not None and placements.board.mailbox(account_id, mailbox_id).role in _HAVING_PINS:
        return mailbox_id
    return placements.board.role(account_id, Role.INBOX).id


def _refuse_too_many(mailbox_id: int, more: set[int]) -> None:
    """Count those that are pinned besides (index mailbox_thread_pinned)."""
    rows = MailboxThread.objects.filter(mailbox_id=mailbox_id, pinned=True)
    others = set(rows.values_list("thread_id", flat=True)) - more
    if more and len(others) + len(more) > MOST:
        raise TooManyPinsError(f"at most {MOST} conversations can be pinned in a mailbox")
