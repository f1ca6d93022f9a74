"""What a person does to messages, in a list or on their page; `acts` says which those of a conversation are.

Each verb is one change. `mailbox_id` of archive, trash and the like names the mailbox that is looked at.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Final

from webmail.models import OWED_ROLES, Role

from . import spam_marks
from .change import Change
from .done import Done, together
from .flag_names import FLAGGED, MUTED, SEEN
from .flags import set_flags
from .placements import Placements
from .queries import stood_before
from .restore import expunge_step, place_steps
from .summary import Standing

_OWN: Final = frozenset({Role.SENT, Role.DRAFTS, Role.SCHEDULED})
_ARRIVED: Final = frozenset({Role.INBOX, Role.SCREENER})
_BINS: Final = frozenset({Role.JUNK, Role.TRASH})


def archive(account_id: int, message_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Move what stands in Inbox or Screener, or in the bin or Snoozed looked at, to Archive; labels stay."""
    return _transfer(
        account_id,
        message_ids,
        Role.ARCHIVE,
        lambda row, role: (
            role in _ARRIVED or (row.mailbox_id == mailbox_id and role in {*_BINS, Role.SNOOZED})
        ),
    )


def trash(account_id: int, message_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Move them to Trash from wherever they stand; from Junk only when Junk is looked at."""
    return _transfer(
        account_id,
        message_ids,
        Role.TRASH,
        lambda row, role: role not in _BINS or (row.mailbox_id == mailbox_id and role == Role.JUNK),
    )


def junk(account_id: int, message_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Move what others sent to Junk; own mail stays."""
    return _transfer(
        account_id, message_ids, Role.JUNK, lambda _, role: role not in _OWN and role != Role.JUNK
    )


def not_junk(account_id: int, message_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Move what stands in Junk back to the Inbox."""
    return _transfer(account_id, message_ids, Role.INBOX, lambda _, role: role == Role.JUNK)


def restore(account_id: int, message_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Move what stands in Trash or Junk only back to where it stood; if nobody knows, to the Inbox."""
    with Change([account_id]) as change:
        placements, roles = _open(change, account_id, message_ids)
        inbox = placements.board.role(account_id, Role.INBOX).id
        before = stood_before(account_id, message_ids)
        left: list[Standing] = []
        placed: dict[int, list[int]] = defaultdict(list)
        for key in placements:
            standings = [row for row in placements.of(key) if roles[row.mailbox_id] != Role.OUTBOX]
            if any(roles[row.mailbox_id] not in _BINS for row in standings):
                continue
            left += standings
            for mailbox_id in before.get(key, [inbox]) if standings else ():
                placements.place(key, mailbox_id)
                placed[mailbox_id].append(key)
        for standing in left:
            placements.remove(standing)
        uids = placements.save()
        said = spam_marks.taken_out(account_id, left, roles)
        inverse = (*place_steps(left), *(expunge_step(to, keys) for to, keys in placed.items()), *said)
        return Done(change.modseq(account_id), len(_messages(left)), inverse, uids)


def move(
    account_id: int, message_ids: Collection[int], mailbox_id: int, from_mailbox_id: int | None = None
) -> Done:
    """Move to a mailbox what stands in the one looked at; without one, all but own mail and labels."""

    def leaves(row: Standing, role: str) -> bool:
        if from_mailbox_id is not None:
            return row.mailbox_id == from_mailbox_id
        return bool(role) and role not in _OWN

    return _transfer(account_id, message_ids, mailbox_id, leaves)


def copy(
    account_id: int, message_ids: Collection[int], mailbox_id: int, from_mailbox_id: int | None = None
) -> Done:
    """Stand in one mailbox more what stands in the one looked at; without one, all but Junk and Trash."""
    with Change([account_id]) as change:
        placements, roles = _open(change, account_id, message_ids)
        placements.board.mailbox(account_id, mailbox_id)
        hidden = {key for key, role in roles.items() if role in _BINS}
        copied = _give(
            placements, mailbox_id, roles.keys() - hidden if from_mailbox_id is None else {from_mailbox_id}
        )
        uids = placements.save()
        inverse = (expunge_step(mailbox_id, copied),) if copied else ()
        return Done(change.modseq(account_id), len(copied), inverse, uids)


def label(account_id: int, message_ids: Collection[int], mailbox_id: int) -> Done:
    """Stand them in one mailbox more, except for what is in Junk or Trash."""
    return relabel(account_id, message_ids, add=[mailbox_id])


def unlabel(account_id: int, message_ids: Collection[int], mailbox_id: int) -> Done:
    """Take them out of a mailbox; what stands nowhere else goes to Archive."""
    return relabel(account_id, message_ids, remove=[mailbox_id])


def relabel(
    account_id: int, message_ids: Collection[int], *, add: Collection[int] = (), remove: Collection[int] = ()
) -> Done:
    """Give labels and take labels, as one change; see `label` and `unlabel`."""
    with Change([account_id]) as change:
        placements, roles = _open(change, account_id, message_ids)
        archive = placements.board.role(account_id, Role.ARCHIVE).id
        for mailbox_id in (*add, *remove):
            placements.board.mailbox(account_id, mailbox_id)
        listed = {key for key, role in roles.items() if role not in _BINS}
        labelled = {mailbox_id: _give(placements, mailbox_id, listed) for mailbox_id in add}
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


def _give(placements: Placements, mailbox_id: int, standing_in: Collection[int]) -> list[int]:
    """Stand in a mailbox what stands in one of these; which ones are new in it."""
    return [
        key
        for key in placements
        if any(row.mailbox_id in standing_in for row in placements.of(key))
        and placements.place(key, mailbox_id)
    ]


def mute(account_id: int, message_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Archive them, and what will come to their conversations (`batch.Batch`)."""
    with Change([account_id]):
        marked = set_flags(account_id, message_ids, add=frozenset({MUTED}))
        away = _transfer(
            account_id,
            message_ids,
            Role.ARCHIVE,
            lambda row, role: (
                role in {*_ARRIVED, Role.SNOOZED} or (row.mailbox_id == mailbox_id and role in _BINS)
            ),
        )
        return together([marked, away])


def unmute(account_id: int, message_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Let new mail of a conversation, of which these are all messages, come to the Inbox again."""
    return set_flags(account_id, message_ids, remove=frozenset({MUTED}))


def star(account_id: int, message_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Star them."""
    return set_flags(account_id, message_ids, add=frozenset({FLAGGED}))


def unstar(account_id: int, message_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Take their stars off."""
    return set_flags(account_id, message_ids, remove=frozenset({FLAGGED}))


def mark_read(account_id: int, message_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Mark them read."""
    return set_flags(account_id, message_ids, add=frozenset({SEEN}))


def mark_unread(account_id: int, message_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Mark them unread."""
    return set_flags(account_id, message_ids, remove=frozenset({SEEN}))


def delete_forever(account_id: int, message_ids: Collection[int], mailbox_id: int | None = None) -> Done:
    """Take what stands in Trash, Junk or Drafts, or in the one looked at, out of every mailbox."""
    with Change([account_id]) as change:
        placements, roles = _open(change, account_id, message_ids)
        gone: list[Standing] = []
        for key in placements:
            standings = [row for row in placements.of(key) if roles[row.mailbox_id] != Role.OUTBOX]
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


def _open(change: Change, account_id: int, message_ids: Collection[int]) -> tuple[Placements, dict[int, str]]:
    """Read what stands where, under the lock, and the roles of the account's mailboxes."""
    placements = Placements(change, account_id, message_ids)
    return placements, {key: state.role for key, state in placements.board.mailboxes.items()}


def _transfer(
    account_id: int,
    message_ids: Collection[int],
    target: Role | int,
    leaves: Callable[[Standing, str], bool],
) -> Done:
    """Move every placement that `leaves` says yes to, if it may; the target by its role or its id."""
    with Change([account_id]) as change:
        placements, roles = _open(change, account_id, message_ids)
        board = placements.board
        to = board.role(account_id, target) if isinstance(target, Role) else board.mailbox(account_id, target)
        left = [
            row
            for key in placements
            for row in placements.of(key)
            if row.mailbox_id != to.id
            and roles[row.mailbox_id] not in OWED_ROLES
            and leaves(row, roles[row.mailbox_id])
        ]
        placed = [key for key in _messages(left) if placements.place(key, to.id)]
        for standing in left:
            placements.remove(standing)
        uids = placements.save()
        said = spam_marks.moved(account_id, left, roles, to.id)
        inverse = (*place_steps(left), *((expunge_step(to.id, placed),) if placed else ()), *said)
        return Done(change.modseq(account_id), len(_messages(left)), inverse, uids)


def _messages(standings: Iterable[Standing]) -> list[int]:
    return list(dict.fromkeys(row.message_id for row in standings))
