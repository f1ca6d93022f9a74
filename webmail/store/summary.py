"""What a conversation comes to, in all and in each mailbox: pure, from the placements of its messages."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import orjson

_MAX_SENDERS = 30


@dataclass(slots=True)
class Standing:
    """One placement with what a summary needs of its message; `id` is 0 until it is stored."""

    id: int
    account_id: int
    mailbox_id: int
    uid: int
    message_id: int
    thread_id: int
    size: int
    received_at: datetime
    from_name: str
    from_address: str
    has_attachment: bool
    seen: bool = False
    answered: bool = False
    flagged: bool = False
    draft: bool = False
    deleted: bool = False
    keywords: str = ""


@dataclass(slots=True)
class MailboxSummary:
    """A conversation as it stands in one mailbox."""

    message_count: int = 0
    unseen_count: int = 0
    size: int = 0
    latest_received_at: datetime | None = None
    latest_message_id: int = 0


@dataclass(slots=True)
class ThreadSummary:
    """A conversation in all; what stands in Junk or Trash counts only when nothing stands elsewhere."""

    senders: str = "[]"
    message_count: int = 0
    unseen_count: int = 0
    flagged_count: int = 0
    draft_count: int = 0
    has_attachment: bool = False
    latest_received_at: datetime | None = None
    latest_message_id: int | None = None
    listed: bool = False
    mailboxes: dict[int, MailboxSummary] = field(default_factory=dict)


def summarise(standings: Collection[Standing], hidden: Collection[int]) -> ThreadSummary:
    """Count a conversation; `hidden` are the ids of Junk and Trash."""
    result = ThreadSummary(mailboxes=_by_mailbox(standings))
    listed = [standing for standing in standings if standing.mailbox_id not in hidden]
    result.listed = bool(listed)
    messages = {standing.message_id: standing for standing in listed or standings}
    if not messages:
        return result
    ordered = sorted(messages.values(), key=_age)
    for message in ordered:
        result.unseen_count += not message.seen
        result.flagged_count += message.flagged
        result.draft_count += message.draft
        result.has_attachment |= message.has_attachment
    result.message_count = len(ordered)
    result.latest_received_at = ordered[-1].received_at
    result.latest_message_id = ordered[-1].message_id
    result.senders = _senders(ordered)
    return result


def _age(standing: Standing) -> tuple[datetime, int]:
    return standing.received_at, standing.message_id


def _by_mailbox(standings: Iterable[Standing]) -> dict[int, MailboxSummary]:
    found: dict[int, MailboxSummary] = {}
    for standing in standings:
        summary = found.get(standing.mailbox_id)
        if summary is None:
            summary = found[standing.mailbox_id] = MailboxSummary()
        summary.message_count += 1
        summary.unseen_count += not standing.seen
        summary.size += standing.size
        latest = summary.latest_received_at
        if latest is None or _age(standing) > (latest, summary.latest_message_id):
            summary.latest_received_at = standing.received_at
            summary.latest_message_id = standing.message_id
    return found


def _senders(ordered: Iterable[Standing]) -> str:
    """Write [name, address, unseen] of all who wrote, the first first; a draft was sent by nobody yet."""
    found: dict[str, list[object]] = {}
    for standing in ordered:
        if standing.draft:
            continue
        sender = found.get(standing.from_address)
        if sender is None:
            found[standing.from_address] = [standing.from_name, standing.from_address, not standing.seen]
        elif not standing.seen:
            sender[2] = True
    return orjson.dumps(list(found.values())[:_MAX_SENDERS]).decode()
