"""What mail programs do to messages of a mailbox that they name by uid (RFC 9051 §6.4)."""

from collections.abc import Collection, Iterable, Sequence
from itertools import batched
from typing import Final

from webmail.models import OWED_ROLES, Mailbox, Role

from . import copy, expunge, flags, junk_keywords, queries
from .change import Change
from .flag_names import COLUMN_OF, MUTED

_BATCH: Final = 2000
_SYSTEM: Final = frozenset(COLUMN_OF)
# What waits there is put in by the system only: no mail program can tell its time, or to whom it goes.
_WAITING: Final = OWED_ROLES | {Role.SNOOZED}


class NotByUidError(ValueError):
    """It can't be done so; the message says why."""


def set_flags(
    account_id: int,
    mailbox_id: int,
    uids: Sequence[int],
    *,
    add: frozenset[str],
    remove: frozenset[str] | None,
    unchanged_since: int | None = None,
) -> tuple[int, list[int]]:
    """Add flags and remove some, None for all others; not where a message changed after a modseq.

    Returns the modseq of the change and the uids left alone (RFC 7162 §3.1.3).
    """
    with Change([account_id]) as change:
        keys, conflicts = queries.imap_message_ids(mailbox_id, uids), list[int]()
        rows = []
        if unchanged_since is not None or remove is None or junk_keywords.are_among(add | remove):
            rows = queries.imap_flags(mailbox_id, uids)
        if unchanged_since is not None:
            conflicts = [uid for uid, *_, modseq in rows if modseq > unchanged_since]
        for uid in conflicts:
            del keys[uid]
        before = {key: keywords for uid, key, *_, keywords, _ in rows if uid in keys}
        if remove is None:
            remove = _others(add, before.values())
        for batch in batched(keys.values(), _BATCH, strict=False):
            flags.set_flags(account_id, batch, add=add, remove=remove, mailbox_id=mailbox_id)
        if junk_keywords.are_among(add | remove):
            junk_keywords.hear(account_id, _role(account_id, mailbox_id), before, add, remove)
        return change.modseq(account_id), conflicts


def _others(flags: frozenset[str], keywords: Iterable[str]) -> frozenset[str]:
    """All flags that messages with these keywords may have, but for `flags` and what is ours alone."""
    there = {word for words in keywords for word in words.split()} - {MUTED}
    given = {flag.lower() for flag in flags}
    return frozenset(flag for flag in (*_SYSTEM, *there) if flag.lower() not in given)


def copy_to(account_id: int, mailbox_id: int, uids: Sequence[int], target_id: int) -> list[tuple[int, int]]:
    """Copy messages; each uid with the one it has in the target. Raises NotByUidError.

    One that stands there already stays as it is: a label is given once.
    """
    with Change([account_id]):
        _refuse_waiting(account_id, target_id)
        keys = queries.imap_message_ids(mailbox_id, uids)
        for batch in batched(keys.values(), _BATCH, strict=False):
            copy.copy_messages(account_id, batch, target_id)
        return _paired(keys, target_id)


def move_to(account_id: int, mailbox_id: int, uids: Sequence[int], target_id: int) -> list[tuple[int, int]]:
    """Move messages, as `copy_to`; they are never in neither mailbox."""
    with Change([account_id]):
        _refuse_waiting(account_id, target_id)
        _refuse_owed(account_id, mailbox_id)
        keys = queries.imap_message_ids(mailbox_id, uids)
        for batch in batched(keys.values(), _BATCH, strict=False):
            if target_id == mailbox_id:
                copy.place_anew(account_id, batch, mailbox_id)
            else:
                copy.move_messages(account_id, batch, mailbox_id, target_id)
        return _paired(keys, target_id)


def expunge_deleted(account_id: int, mailbox_id: int, uids: Collection[int] | None = None) -> int:
    """Take out what is flagged as deleted, of these uids or of all; how many."""
    if not queries.imap_deleted(mailbox_id, uids):
        return 0
    with Change([account_id]):
        _refuse_owed(account_id, mailbox_id)
        keys = [key for _, key in queries.imap_deleted(mailbox_id, uids)]
        for batch in batched(keys, _BATCH, strict=False):
            expunge.expunge(account_id, mailbox_id, batch)
        return len(keys)


def take_out(account_id: int, mailbox_id: int, uid: int) -> None:
    """Take out one message, whatever its flags. Raises NotByUidError when it is gone."""
    with Change([account_id]):
        _refuse_owed(account_id, mailbox_id)
        keys = queries.imap_message_ids(mailbox_id, [uid])
        if not keys:
            raise NotByUidError("There is no such message any more")
        expunge.expunge(account_id, mailbox_id, keys.values())


def recent(mailbox_id: int, end: int, *, takes: bool) -> int:
    """Find the first uid below `end` that no session was told of; `takes` tells this one alone.

    No change of the mailbox: one statement when there is none, and two when some are taken; two more for each
    session that was faster and knew of fewer.
    """
    rows = Mailbox.objects.filter(pk=mailbox_id)
    while True:
        first = rows.values_list("recent_uid", flat=True).first()
        if first is None or first >= end:
            return end
        if not takes or rows.filter(recent_uid=first).update(recent_uid=end):
            return first


def refuse_additions(role: str) -> None:
    """Refuse mail for a mailbox in which letters wait. Raises NotByUidError."""
    if role in _WAITING:
        raise NotByUidError("Letters wait there by themselves: none can be put in")


def _refuse_waiting(account_id: int, mailbox_id: int) -> None:
    refuse_additions(_role(account_id, mailbox_id))


def _refuse_owed(account_id: int, mailbox_id: int) -> None:
    if _role(account_id, mailbox_id) in OWED_ROLES:
        raise NotByUidError("A letter that waits to be sent is cancelled on the web")


def _role(account_id: int, mailbox_id: int) -> str:
    rows = Mailbox.objects.filter(account_id=account_id, pk=mailbox_id).values_list("role", flat=True)
    return rows.first() or ""


def _paired(keys: dict[int, int], target_id: int) -> list[tuple[int, int]]:
    there = queries.imap_uids_of(target_id, list(keys.values()))
    return [(uid, there[key]) for uid, key in keys.items() if key in there]
