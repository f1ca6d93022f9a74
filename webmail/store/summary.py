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
    pinned: bool = False
    snoozed_until: datetime | None = None
    surfaced_at: datetime | None = None

    @property
    def is_snoozed(self) -> bool:
        """Tell whether it waits for its time; else that time, where there is one, is what it waited for."""
        return self.snoozed_until is not None and self.surfaced_at is None

    @property
    def listed_at(self) -> datetime:
        """Where it stands in a list: by when it came, came back, or will come back."""
        return self.surfaced_at or self.snoozed_until or self.received_at


@dataclass(slots=True)
class MailboxSummary:
    """A conversation as it stands in one mailbox; `latest_received_at` is its place in the list.

    `snoozed_until` is when it comes back; of one that is back and was not read since, what it came back from.
    """

    message_count: int = 0
    unseen_count: int = 0
    size: int = 0
    latest_received_at: datetime | None = None
    latest_message_id: int = 0
    pinned: bool = False
    snoozed_until: datetime | None = None


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
    by_age = sorted(standings, key=_age)
    result = ThreadSummary(mailboxes=_by_mailbox(by_age))
    listed = [standing for standing in by_age if standing.mailbox_id not in hidden]
    result.listed = bool(listed)
    messages = {standing.message_id: standing for standing in listed or by_age}
    if not messages:
        return result
    ordered = list(messages.values())
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


def _by_mailbox(by_age: Iterable[Standing]) -> dict[int, MailboxSummary]:
    found: dict[int, MailboxSummary] = {}
    for standing in by_age:
        summary = found.get(standing.mailbox_id)
        if summary is None:
            summary = found[standing.mailbox_id] = MailboxSummary()
        summary.message_count += 1
        summary.unseen_count += not standing.seen
        summary.size += standing.size
        summary.pinned |= standing.pinned
        summary.latest_message_id = standing.message_id
        summary.latest_received_at = _latest(summary.latest_received_at, standing.listed_at)
        if standing.is_snoozed or not standing.seen:
            summary.snoozed_until = _latest(summary.snoozed_until, standing.snoozed_until)
    return found


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


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
