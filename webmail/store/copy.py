"""Copy and move: a message stands in one more mailbox, or in another one."""

from collections.abc import Collection

from . import spam_marks
from .change import Change
from .done import Done
from .placements import Placements
from .restore import expunge_step, place_steps


def copy_messages(account_id: int, message_ids: Collection[int], mailbox_id: int) -> Done:
    """Stand messages in one mailbox more; those that stand there already stay as they are."""
    with Change([account_id]) as change:
        placements = Placements(change, account_id, message_ids)
        placements.board.mailbox(account_id, mailbox_id)
        copied = [key for key in placements if placements.of(key) and placements.place(key, mailbox_id)]
        uids = placements.save()
        inverse = (expunge_step(mailbox_id, copied),) if copied else ()
        return Done(change.modseq(account_id), len(copied), inverse, uids)


def place_anew(account_id: int, message_ids: Collection[int], mailbox_id: int) -> Done:
    """Give messages new uids in the mailbox where they stand, as they have after a move into it."""
    with Change([account_id]) as change:
        placements = Placements(change, account_id, message_ids)
        for key in placements:
            before = placements.at(key, mailbox_id)
            if before is not None:
                placements.remove(before)
                placements.place(key, mailbox_id, like=before)
        return Done(change.modseq(account_id), len(message_ids), (), placements.save())


def move_messages(
    account_id: int, message_ids: Collection[int], from_mailbox_id: int | None, to_mailbox_id: int
) -> Done:
    """Move messages from one mailbox, or from all (None), to another: never in neither, never lost.

    Messages that don't stand in `from_mailbox_id` stay where they are.
    """
    with Change([account_id]) as change:
        placements = Placements(change, account_id, message_ids)
        placements.board.mailbox(account_id, to_mailbox_id)
        placed, left = [], []
        for key in placements:
            sources = [
                row
                for row in placements.of(key)
                if row.mailbox_id != to_mailbox_id and from_mailbox_id in (None, row.mailbox_id)
            ]
            if sources and placements.place(key, to_mailbox_id):
                placed.append(key)
            for standing in sources:
                placements.remove(standing)
                left.append(standing)
        uids = placements.save()
        roles = {key: state.role for key, state in placements.board.mailboxes.items()}
        said = spam_marks.moved(account_id, left, roles, to_mailbox_id)
        inverse = (*place_steps(left), *((expunge_step(to_mailbox_id, placed),) if placed else ()), *said)
        return Done(change.modseq(account_id), len({row.message_id for row in left}), inverse, uids)
