"""Letters that wait for a time their writer chose: sent then, at another time, now, or given back.

The queue's rows know the time and are due by themselves; what is done here is where the letter stands.
"""

import re
import time
from collections import defaultdict
from datetime import datetime
from email.utils import format_datetime

from django.db import transaction
from django.utils import timezone

from mailserver.message import encode
from mailserver.message.digest import digest
from webmail.models import Mailbox, MailboxMessage, OutboundMessage, Role
from webmail.store import blobs, copy, expunge, queries, undo
from webmail.store.add import NewMessage, Placement, add_messages, pack
from webmail.store.change import Change

from . import outbox, queue, schedule, signing
from .kick import kick

_WORKER_SECONDS = 1.0
_BATCH = 200
_DATE = re.compile(rb"^Date:[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)


def settle(now: datetime | None = None) -> int:
    """Move to Sent, and to the Outbox, what has gone from Scheduled, for about a second; how many letters.

    One query when nothing is due, however many have something scheduled (indexes mailbox_scheduled,
    placement_newest).
    """
    deadline, count = time.monotonic() + _WORKER_SECONDS, 0
    due = MailboxMessage.objects.filter(
        mailbox__role=Role.SCHEDULED, mailbox__message_count__gt=0, received_at__lte=now or timezone.now()
    )
    letters: dict[tuple[int, int], list[int]] = defaultdict(list)
    for account_id, mailbox_id, key in due.values_list("account_id", "mailbox_id", "message_id")[:_BATCH]:
        letters[account_id, mailbox_id].append(key)
    for (account_id, mailbox_id), keys in letters.items():
        count += _move_to_sent(account_id, keys, mailbox_id)
        if time.monotonic() > deadline:
            break
    return count


def change_time(account_id: int, outbound_id: int, at: datetime | None) -> int | None:
    """Let a letter that waits go at another time, or now when None; the message that it is then.

    None when some of it has left. Raises OutboundMessage.DoesNotExist.
    """
    message, goes = queue.owned(account_id, outbound_id), at or timezone.now()
    role = Role.SCHEDULED if at else Role.SENT
    new = _dated(message, goes, role, frozenset({"\\Seen"}))
    # Its Date is signed, and another one now.
    signature = signing.signature(new.raw, message.mail_from, timezone.now()) if new else b""
    with Change([account_id]) as change:
        if new is None or not queue.is_untouched(message):
            return None
        if not at:
            outbox.ensure(change, account_id)
        renewed = _replace(message, new)
        OutboundMessage.objects.filter(pk=message.pk).update(
            sent_message_id=renewed,
            blob_id=queries.blob_ids([renewed])[renewed],
            prefix=signature,
            hold_until=at,
            expires_at=schedule.expiry(goes),
        )
        domains = queue.put_off(message, goes)
        if not at:
            transaction.on_commit(lambda: kick(domains))
        return renewed


def give_back(account_id: int, outbound_id: int, role: Role = Role.DRAFTS) -> int | None:
    """Cancel a letter that waits: it is a draft again, and its message; None when it is too late for that.

    It stands in Drafts, or in Trash. Raises OutboundMessage.DoesNotExist.
    """
    message = queue.owned(account_id, outbound_id)
    new = _dated(message, timezone.now(), role, frozenset({"\\Draft", "\\Seen"}))
    with Change([account_id]):
        if new is None or not queue.cancel_untouched(message):
            return None
        OutboundMessage.objects.filter(pk=message.pk).update(sent_message=None)
        undo.take(account_id, message.inverse or ())
        return _replace(message, new)


def is_scheduled(message: OutboundMessage) -> bool:
    """Tell whether it waits in Scheduled (the placements of a message are few)."""
    placements = MailboxMessage.objects.filter(message=message.sent_message)
    return placements.filter(mailbox__role=Role.SCHEDULED).exists()


def _dated(message: OutboundMessage, at: datetime, role: Role, flags: frozenset[str]) -> NewMessage | None:
    """Make the same letter with another date, to stand elsewhere: a message itself never changes.

    None when it is no longer there. A reminder stays, unless the letter goes after it.
    """
    old = message.sent_message
    if old is None or not is_scheduled(message):
        return None
    field = encode.field("Date", format_datetime(timezone.localtime(at)))
    raw = _DATE.sub(lambda _: field, blobs.read(old.blob_id), count=1)
    snoozed = old.placements.filter(snoozed_until__gt=at).values_list("snoozed_until", flat=True).first()
    reminds = snoozed if role in (Role.SCHEDULED, Role.SENT) else None
    place = Placement(
        account_id=old.account_id,
        received_at=at,
        roles=(
            role.value,
            *((Role.OUTBOX.value,) if role == Role.SENT else ()),
            *((Role.SNOOZED.value,) if reminds else ()),
        ),
        prefix=bytes(old.prefix),
        flags=flags,
        snoozed_until=reminds,
    )
    found = digest(raw)
    return NewMessage(raw, found, (place,), pack(raw, found))


def _replace(message: OutboundMessage, new: NewMessage) -> int:
    added = add_messages([new])[0][0]
    expunge.delete_forever(added.account_id, [message.sent_message_id or 0])
    return added.message_id


def _move_to_sent(account_id: int, message_ids: list[int], scheduled_id: int) -> int:
    sent = Mailbox.objects.values_list("pk", flat=True).get(account_id=account_id, role=Role.SENT)
    with Change([account_id]):
        outbox.enter(account_id, message_ids)
        return copy.move_messages(account_id, message_ids, scheduled_id, sent).count
