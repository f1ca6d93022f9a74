"""Snooze: out of the Inbox until a time, then back at its top; new mail brings it back, too (`batch`)."""

import time
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from django.utils import timezone

from webmail.models import OWED_ROLES, MailboxMessage, Role

from . import mailboxes
from .change import Change
from .done import Done
from .placements import Placements
from .restore import expunge_step, mark_steps, place_steps
from .summary import Standing

_BATCH = 200
_WORKER_SECONDS = 1.0
_STAYING: Final = frozenset({Role.JUNK, Role.TRASH, Role.DRAFTS, Role.SCREENER}) | OWED_ROLES


def snooze(account_id: int, message_ids: Collection[int], until: datetime) -> Done:
    """Move what stands in the Inbox to Snoozed, and give what is there already the new time.

    Of a conversation that is in neither, what is archived moves; of one that is only labelled or sent, the
    newest message stands in Snoozed, too. What is in Junk, Trash or the Screener stays there.
    """
    with Change([account_id]) as change:
        snoozed = mailboxes.ensure(change, account_id, "Snoozed", Role.SNOOZED)
        placements = Placements(change, account_id, message_ids)
        waiting, left, kept = _sorted_out(placements)
        before = mark_steps(waiting)
        placed = [key for key in _messages([*left, *kept]) if placements.place(key, snoozed)]
        for row in left:
            placements.remove(row)
        timed = [at for key in _messages([*waiting, *left, *kept]) if (at := placements.at(key, snoozed))]
        for row in timed:
            row.snoozed_until = until
            placements.changed(row)
        uids = placements.save()
        inverse = (*place_steps(left), *before, *((expunge_step(snoozed, placed),) if placed else ()))
        return Done(change.modseq(account_id), len(timed), inverse, uids)


def unsnooze(account_id: int, message_ids: Collection[int], _mailbox_id: int | None = None) -> Done:
    """Bring them back to the top of the Inbox before their time, read or not as they are."""
    with Change([account_id]) as change:
        placements = Placements(change, account_id, message_ids)
        inbox = placements.board.role(account_id, Role.INBOX).id
        left = [
            row
            for key in placements
            for row in placements.of(key)
            if placements.board.mailboxes[row.mailbox_id].role == Role.SNOOZED
        ]
        placed = _bring_back(placements, left, change.now)
        uids = placements.save()
        inverse = (*place_steps(left), *((expunge_step(inbox, placed),) if placed else ()))
        return Done(change.modseq(account_id), len(left), inverse, uids)


def wake(now: datetime | None = None) -> int:
    """Bring back all that is due, for about a second; how many conversations.

    One query when nothing is (index placement_snoozed). Of two workers at once one does it: the accounts are
    locked, then it is looked again.
    """
    now, deadline, count = now or timezone.now(), time.monotonic() + _WORKER_SECONDS, 0
    due = MailboxMessage.objects.filter(snoozed_until__lte=now, surfaced_at=None).order_by("snoozed_until")
    while time.monotonic() < deadline:
        rows = list(due.values_list("account_id", "thread_id")[:_BATCH])
        if not rows:
            break
        accounts, threads = zip(*rows, strict=True)
        count += _wake(set(accounts), set(threads), now)
    return count


def _wake(account_ids: Collection[int], thread_ids: Collection[int], now: datetime) -> int:
    """Bring these back, if they are still due, unread, in a fixed number of statements."""
    with Change(account_ids) as change:
        # Index placement_of_thread.
        rows = MailboxMessage.objects.filter(thread_id__in=thread_ids, surfaced_at=None)
        found = list(rows.exclude(snoozed_until=None).values_list("message_id", "thread_id", "snoozed_until"))
        due = {thread for _, thread, until in found if until and until <= now}
        placements = Placements(change, None, [message for message, thread, _ in found if thread in due])
        left = [row for key in placements for row in placements.of(key) if row.is_snoozed]
        newest = {row.thread_id: row for row in sorted(left, key=_age)}
        for latest in newest.values():
            for row in placements.of(latest.message_id):
                row.seen = False
                placements.changed(row)
        _bring_back(placements, left, change.now, woken=True)
        placements.save()
        return len(newest)


def _sorted_out(placements: Placements) -> tuple[list[Standing], list[Standing], list[Standing]]:
    """Find of each conversation what is snoozed already, what is to move, and what is to stay, too."""
    conversations: dict[int, list[Standing]] = {}
    for key in placements:
        for row in placements.of(key):
            conversations.setdefault(row.thread_id, []).append(row)
    waiting, left, kept = [], [], []
    for rows in conversations.values():
        by_role: dict[str, list[Standing]] = {}
        for row in rows:
            by_role.setdefault(placements.board.mailboxes[row.mailbox_id].role, []).append(row)
        snoozed, inbox = by_role.get(Role.SNOOZED, []), by_role.get(Role.INBOX, [])
        waiting += snoozed
        moving = inbox if inbox or snoozed else by_role.get(Role.ARCHIVE, [])
        left += moving
        if not (moving or snoozed):
            others = [row for role, some in by_role.items() if role not in _STAYING for row in some]
            kept += sorted(others, key=_age)[-1:]
    return waiting, left, kept


def _bring_back(
    placements: Placements, left: Iterable[Standing], at: datetime, *, woken: bool = False
) -> list[int]:
    """Move snoozed placements to the top of the Inbox; the messages that didn't stand there."""
    placed = []
    for row in left:
        inbox = placements.board.role(row.account_id, Role.INBOX).id
        back = placements.place(row.message_id, inbox)
        if back:
            back.surfaced_at, back.snoozed_until = at, row.snoozed_until if woken else None
            placed.append(row.message_id)
        placements.remove(row)
    return placed


def _age(row: Standing) -> tuple[datetime, int]:
    return row.received_at, row.message_id


def _messages(standings: Iterable[Standing]) -> list[int]:
    return list(dict.fromkeys(row.message_id for row in standings))
