"""What a person does to whole conversations, in a list or on their page.

Each verb is one change. `mailbox_id` of archive, trash and the like names the mailbox that is looked at.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final

from webmail.models import Role

from .change import Change
from .done import Done, together
from .flag_names import FLAGGED, MUTED, SEEN
from .flags import set_flags
from .placements import Placements
from .queries import latest_messages, messages_of_threads
from .restore import expunge_step, place_steps
from .summary import Standing

_OWN: Final = frozenset({Role.SENT, Role.DRAFTS})
_ARRIVED: Final = frozenset({Role.INBOX, Role.SCREENER})
_BINS: Final = frozenset({Role.JUNK, Role.TRASH})


def archive(account_id: int, thread_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Move what stands in Inbox or Screener, or in the bin or Snoozed looked at, to Archive; labels stay."""
    return _transfer(
        account_id,
        thread_ids,
        Role.ARCHIVE,
        lambda row, role: (
            role in _ARRIVED or (row.mailbox_id == mailbox_id and role in {*_BINS, Role.SNOOZED})
        ),
    )


def trash(account_id: int, thread_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Move everything of the conversations to Trash; what stands in Junk only when Junk is looked at."""
    return _transfer(
        account_id,
        thread_ids,
        Role.TRASH,
        lambda row, role: role not in _BINS or (row.mailbox_id == mailbox_id and role == Role.JUNK),
    )


def junk(account_id: int, thread_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Move what others sent to Junk; own mail stays."""
    return _transfer(
        account_id, thread_ids, Role.JUNK, lambda _, role: role not in _OWN and role != Role.JUNK
    )


def not_junk(account_id: int, thread_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Move what stands in Junk back to the Inbox."""
    return _transfer(account_id, thread_ids, Role.INBOX, lambda _, role: role == Role.JUNK)


def move(
    account_id: int, thread_ids: Collection[int], mailbox_id: int, from_mailbox_id: int | None = None
) -> Done:
    """Move to a mailbox what stands in the one looked at; without one, all but own mail and labels."""

    def leaves(row: Standing, role: str) -> bool:
        if from_mailbox_id is not None:
            return row.mailbox_id == from_mailbox_id
        return bool(role) and role not in _OWN

    return _transfer(account_id, thread_ids, mailbox_id, leaves)


def label(account_id: int, thread_ids: Collection[int], mailbox_id: int) -> Done:
    """Stand the conversations in one mailbox more, except for what is in Junk or Trash."""
    return relabel(account_id, thread_ids, add=[mailbox_id])


def unlabel(account_id: int, thread_ids: Collection[int], mailbox_id: int) -> Done:
    """Take the conversations out of a mailbox; what stands nowhere else goes to Archive."""
    return relabel(account_id, thread_ids, remove=[mailbox_id])


def relabel(
    account_id: int, thread_ids: Collection[int], *, add: Collection[int] = (), remove: Collection[int] = ()
) -> Done:
    """Give labels and take labels, as one change; see `label` and `unlabel`."""
    with Change([account_id]) as change:
        placements, roles = _open(change, account_id, thread_ids)
        archive = placements.board.role(account_id, Role.ARCHIVE).id
        for mailbox_id in (*add, *remove):
            placements.board.mailbox(account_id, mailbox_id)
        labelled = {mailbox_id: _give(placements, mailbox_id, roles) for mailbox_id in add}
        taken = [
            row for mailbox_id in remove for key in placements if (row := placements.at(key, mailbox_id))
        ]
        kept = []
        for standing in taken:
            if len(placements.of(standing.message_id)) == 1 and standing.mailbox_id != archive:
                placements.place(standing.message_id, archive)
                kept.append(standing.message_id)
            placements.remove(standing)
        uids = placements.save()
        out = [expunge_step(key, placed) for key, placed in [*labelled.items(), (archive, kept)] if placed]
        changed = {row.message_id for row in taken}.union(*labelled.values())
        return Done(change.modseq(account_id), len(changed), (*place_steps(taken), *out), uids)


def _give(placements: Placements, mailbox_id: int, roles: dict[int, str]) -> list[int]:
    """Stand messages in a label, but for those that are only in Junk or Trash; which ones are new in it."""
    return [
        key
        for key in placements
        if any(roles[row.mailbox_id] not in _BINS for row in placements.of(key))
        and placements.place(key, mailbox_id)
    ]


def mute(account_id: int, thread_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Archive the conversations, and what will come to them (`batch.Batch`)."""
    with Change([account_id]):
        marked = set_flags(account_id, messages_of_threads(account_id, thread_ids), add=frozenset({MUTED}))
        away = _transfer(
            account_id,
            thread_ids,
            Role.ARCHIVE,
            lambda row, role: (
                role in {*_ARRIVED, Role.SNOOZED} or (row.mailbox_id == mailbox_id and role in _BINS)
            ),
        )
        return together([marked, away])


def unmute(account_id: int, thread_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Let new mail of the conversations come to the Inbox again."""
    with Change([account_id]):
        return set_flags(account_id, messages_of_threads(account_id, thread_ids), remove=frozenset({MUTED}))


def star(account_id: int, thread_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Star the latest message of each conversation."""
    with Change([account_id]):
        return set_flags(account_id, latest_messages(account_id, thread_ids, None), add=frozenset({FLAGGED}))


def unstar(account_id: int, thread_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Take the stars off all messages of the conversations."""
    with Change([account_id]):
        return set_flags(account_id, messages_of_threads(account_id, thread_ids), remove=frozenset({FLAGGED}))


def mark_read(account_id: int, thread_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Mark all messages of the conversations read."""
    with Change([account_id]):
        return set_flags(account_id, messages_of_threads(account_id, thread_ids), add=frozenset({SEEN}))


def mark_unread(account_id: int, thread_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Mark the latest message unread, of those in the mailbox looked at."""
    with Change([account_id]):
        return set_flags(
            account_id, latest_messages(account_id, thread_ids, mailbox_id), remove=frozenset({SEEN})
        )


def delete_forever(account_id: int, thread_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Take what stands in Trash, Junk or Drafts, or in the one looked at, out of every mailbox."""
    with Change([account_id]) as change:
        placements, roles = _open(change, account_id, thread_ids)
        gone: list[Standing] = []
        for key in placements:
            standings = placements.of(key)
            if any(
                roles[row.mailbox_id] in {*_BINS, Role.DRAFTS} and mailbox_id in (None, row.mailbox_id)
                for row in standings
            ):
                gone += standings
        for standing in gone:
            placements.remove(standing)
        placements.save()
        count = len({row.message_id for row in gone})
        return Done(change.modseq(account_id), count, place_steps(gone))


def _open(change: Change, account_id: int, thread_ids: Collection[int]) -> tuple[Placements, dict[int, str]]:
    """Read the messages of conversations, under the lock, and the roles of the account's mailboxes."""
    placements = Placements(change, account_id, messages_of_threads(account_id, thread_ids))
    return placements, {key: state.role for key, state in placements.board.mailboxes.items()}


def _transfer(
    account_id: int,
    thread_ids: Collection[int],
    target: Role | int,
    leaves: Callable[[Standing, str], bool],
) -> Done:
    """Move every placement that `leaves` says yes to; the target by its role or its id."""
    with Change([account_id]) as change:
        placements, roles = _open(change, account_id, thread_ids)
        board = placements.board
        to = board.role(account_id, target) if isinstance(target, Role) else board.mailbox(account_id, target)
        left = [
            row
            for key in placements
            for row in placements.of(key)
            if row.mailbox_id != to.id and leaves(row, roles[row.mailbox_id])
        ]
        placed = [key for key in _messages(left) if placements.place(key, to.id)]
        for standing in left:
            placements.remove(standing)
        uids = placements.save()
        inverse = (*place_steps(left), *((expunge_step(to.id, placed),) if placed else ()))
        return Done(change.modseq(account_id), len(_messages(left)), inverse, uids)


def _messages(standings: Iterable[Standing]) -> list[int]:
    return list(dict.fromkeys(row.message_id for row in standings))
