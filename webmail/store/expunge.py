"""Take messages out of mailboxes; what stands nowhere any more is kept an hour for Undo."""

from collections.abc import Collection

from webmail.models import Role

from .change import Change
from .done import Done
from .placements import Placements
from .restore import place_steps


def expunge(account_id: int, mailbox_id: int, message_ids: Collection[int]) -> Done:
    """Take messages out of one mailbox."""
    return _take_out(account_id, message_ids, mailbox_id)


def delete_forever(account_id: int, message_ids: Collection[int]) -> Done:
    """Take messages out of every mailbox; the sweep deletes them when the hour for Undo is over."""
    return _take_out(account_id, message_ids, None)


def take_from_role(account_ids: Collection[int], message_ids: Collection[int], role: Role) -> None:
    """Take messages of several accounts out of their mailboxes of a role, as something of the system's."""
    with Change(account_ids) as change:
        placements = Placements(change, None, message_ids)
        mailboxes = placements.board.mailboxes
        for key in placements:
            for row in placements.of(key):
                if mailboxes[row.mailbox_id].role == role:
                    placements.remove(row)
        placements.save()


def _take_out(account_id: int, message_ids: Collection[int], mailbox_id: int | None) -> Done:
    with Change([account_id]) as change:
        placements = Placements(change, account_id, message_ids)
        gone = [
            row for key in placements for row in placements.of(key) if mailbox_id in (None, row.mailbox_id)
        ]
        for standing in gone:
            placements.remove(standing)
        placements.save()
        count = len({row.message_id for row in gone})
        return Done(change.modseq(account_id), count, place_steps(gone))
