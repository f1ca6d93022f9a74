"""Reading messages: a conversation, one message, its bytes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple

from mailserver.message import content
from mailserver.message.part import Part
from mailserver.message.part import loads as load_part
from mailserver.message.structure import Envelope
from mailserver.message.structure import loads as load_envelope
from webmail.models import MailboxMessage, MailboxThread, Message, Role, Thread

from .. import blobs, columns, sql
from ..flag_names import MUTED
from .mailboxes import BINS


class MessageNotFoundError(LookupError):
    """The account has no such message, or the message no such part."""


class Standing(NamedTuple):
    """A mailbox that a message stands in, and how; `snoozed_until` as MailboxMessage says."""

    mailbox_id: int
    path: str
    role: str
    color: str
    pinned: bool
    deleted: bool
    snoozed_until: datetime | None


@dataclass(slots=True)
class ConversationMessage:
    """A message as a conversation shows it; header values are decoded text."""

    id: int
    thread_id: int
    blob_id: int
    message_id: str
    subject: str
    from_name: str
    from_address: str
    to_text: str
    sent_at: datetime | None
    received_at: datetime
    preview: str
    has_attachment: bool
    size: int
    structure: str
    envelope_text: str
    prefix: bytes = b""
    seen: bool = False
    answered: bool = False
    flagged: bool = False
    draft: bool = False
    keywords: frozenset[str] = frozenset()
    mailboxes: list[Standing] = field(default_factory=list)

    @property
    def is_muted(self) -> bool:
        """Tell whether what comes to its conversation skips the Inbox."""
        return any(keyword.lower() == MUTED.lower() for keyword in self.keywords)

    @property
    def is_deleted(self) -> bool:
        """Tell whether a mail program has marked it as deleted wherever it stands."""
        return bool(self.mailboxes) and all(standing.deleted for standing in self.mailboxes)

    @property
    def part(self) -> Part:
        """The tree of its parts; offsets count from the blob's first byte."""
        return load_part(self.structure)

    @property
    def envelope(self) -> Envelope:
        """Its ENVELOPE: all addresses."""
        return load_envelope(self.envelope_text)

    def stands_in(self, role: str) -> bool:
        """Tell whether it stands in the mailbox of this role."""
        return any(standing.role == role for standing in self.mailboxes)


_NOT_READ = {"seen", "answered", "flagged", "draft", "keywords", "mailboxes"}
_COLUMNS = ", ".join(
    column.name.removesuffix("_text") if column.name == "envelope_text" else column.name
    for column in fields(ConversationMessage)
    if column.name not in _NOT_READ
)
_MESSAGES = f"SELECT {_COLUMNS} FROM webmail_message"
_STANDINGS = (
    "SELECT p.message_id, p.seen, p.answered, p.flagged, p.draft, p.keywords, b.id, b.path, b.role, b.color,"
    " p.pinned, p.deleted, p.snoozed_until"
    " FROM webmail_mailboxmessage p JOIN webmail_mailbox b ON b.id = p.mailbox_id"
)


def conversation(account_id: int, thread_id: int) -> list[ConversationMessage]:
    """Messages of a conversation, the oldest first; of one that was merged, those of its successor.

    Two statements (indexes message_of_thread and placement_of_thread). Empty when there is none.
    """
    found = _with_standings(account_id, _messages(account_id, "%s", [thread_id]))
    if found:
        return found
    successor = (
        Thread.objects.filter(pk=thread_id, account_id=account_id)
        .values_list("merged_into_id", flat=True)
        .first()
    )
    return conversation(account_id, successor) if successor else []


def conversations(account_id: int, thread_ids: Collection[int]) -> dict[int, list[ConversationMessage]]:
    """Messages of several conversations, by their keys; two statements, however many (indexes as above)."""
    among, keys = sql.among("thread_id", thread_ids)
    condition = f"{among} AND account_id + 0 = %s AND orphaned_at IS NULL"
    rows = sql.read(f"{_MESSAGES} WHERE {condition} ORDER BY received_at, id", [*keys, account_id])
    messages = [_read(values) for values in rows]
    if messages:
        among, keys = sql.among("p.thread_id", thread_ids)
        _fill(messages, f"{among} AND p.account_id + 0 = %s", [*keys, account_id])
    found: dict[int, list[ConversationMessage]] = {}
    for each in messages:
        if each.mailboxes:
            found.setdefault(each.thread_id, []).append(each)
    return found


def conversation_around(account_id: int, message_id: int) -> list[ConversationMessage]:
    """Messages of the conversation that a message is part of, the oldest first; two statements as well."""
    thread = "(SELECT thread_id FROM webmail_message WHERE id = %s AND account_id = %s)"
    return _with_standings(account_id, _messages(account_id, thread, [message_id, account_id]))


def message(account_id: int, message_id: int) -> ConversationMessage:
    """One message of an account, wherever it stands; also one that only Undo still knows."""
    rows = sql.read(f"{_MESSAGES} WHERE id = %s AND account_id = %s", [message_id, account_id])
    if not rows:
        raise MessageNotFoundError(f"account {account_id} has no message {message_id}")
    found = _read(rows[0])
    _fill([found], "p.message_id = %s", [message_id])
    return found


def raw(account_id: int, message_id: int) -> bytes:
    """All bytes of an account's copy: our own headers, then the message as it came."""
    prefix, blob_id = _bytes_of(account_id, message_id)
    return prefix + blobs.read(blob_id)


def blob_ids(message_ids: Collection[int]) -> dict[int, int]:
    """Where the raw bytes of messages are, by their keys."""
    return dict(Message.objects.filter(pk__in=message_ids).values_list("pk", "blob_id"))


def blob_raw(account_id: int, message_id: int) -> bytes:
    """The message as it came, without our headers: what the offsets of its parts count in."""
    return blobs.read(_bytes_of(account_id, message_id)[1])


def part_bytes(account_id: int, message_id: int, section: str) -> bytes:
    """Content of one part with its transfer encoding undone, read by a seek; "" is the message's own body."""
    found = message(account_id, message_id)
    wanted = found.part.find(section)
    if wanted is None:
        raise MessageNotFoundError(f"message {message_id} has no part {section!r}")
    body = blobs.read_range(found.blob_id, wanted.body, wanted.end)
    return content.decoded(body, wanted._replace(start=0, body=0, end=len(body)))


def find_message_id(account_id: int, message_id: str) -> list[int]:
    """Keys of the messages with this Message-ID that still stand somewhere, the oldest first."""
    rows = Message.objects.filter(account_id=account_id, message_id=message_id, orphaned_at=None)
    return list(rows.order_by("id").values_list("pk", flat=True))


def sent_copy(account_id: int, message_id: str) -> int | None:
    """Key of the message with this Message-ID that stands in Sent; the index is message_by_message_id."""
    if not message_id:
        return None
    rows = Message.objects.filter(account_id=account_id, message_id=message_id)
    in_sent = rows.filter(placements__mailbox__role=Role.SENT).order_by("id")
    return in_sent.values_list("pk", flat=True).first()


def handed_in_uids(account_id: int, mailbox_id: int, message_ids: Collection[str]) -> dict[str, int]:
    """Uids in Sent, by Message-ID, of what was sent from here; the index is message_by_message_id."""
    rows = MailboxMessage.objects.filter(
        mailbox_id=mailbox_id,
        message__account_id=account_id,
        message__message_id__in={name for name in message_ids if name},
        message__outbound__isnull=False,
    )
    return dict(rows.values_list("message__message_id", "uid"))


def messages_of_threads(
    account_id: int, thread_ids: Collection[int], mailbox_id: int | None = None
) -> list[int]:
    """Keys of the messages of conversations, or of those in one mailbox (index placement_of_thread)."""
    rows = MailboxMessage.objects.filter(thread_id__in=thread_ids, account_id=account_id)
    if mailbox_id is not None:
        rows = rows.filter(mailbox_id=mailbox_id)
    return sorted(set(rows.values_list("message_id", flat=True)))


def latest_messages(account_id: int, thread_ids: Collection[int], mailbox_id: int | None = None) -> list[int]:
    """Keys of the newest message of each conversation, or of each in one mailbox."""
    if mailbox_id is None:
        threads = Thread.objects.filter(pk__in=thread_ids, account_id=account_id, message_count__gt=0)
        return [key for key in threads.values_list("latest_message_id", flat=True) if key is not None]
    listed = MailboxThread.objects.filter(
        thread_id__in=thread_ids, mailbox_id=mailbox_id, account_id=account_id
    )
    return list(listed.values_list("latest_message_id", flat=True))


def stood_before(account_id: int, message_ids: Collection[int]) -> dict[int, list[int]]:
    """Where messages of Trash and Junk stood before, in mailboxes that still are, by message.

    What left its mailboxes in the change that placed it in the bin (index expunged_of_account).
    """
    among, keys = sql.among("p.message_id", message_ids)
    rows = sql.run(
        "SELECT p.message_id, e.mailbox_id FROM webmail_mailboxmessage p"
        f" JOIN webmail_mailbox b ON b.id = p.mailbox_id AND b.role IN {BINS}"
        " JOIN webmail_expungedmessage e"
        " ON e.account_id = p.account_id AND e.modseq = p.created_modseq AND e.message_key = p.message_id"
        f" JOIN webmail_mailbox s ON s.id = e.mailbox_id AND s.role NOT IN {BINS}"
        f" WHERE p.account_id + 0 = %s AND {among}",
        [account_id, *keys],
    )
    found: dict[int, list[int]] = {}
    for message_id, mailbox_id in rows:
        found.setdefault(message_id, []).append(mailbox_id)
    return found


def threads_of(account_id: int, message_ids: Collection[int]) -> list[int]:
    """Keys of the conversations that messages belong to (primary key)."""
    rows = Message.objects.filter(pk__in=message_ids, account_id=account_id)
    return sorted(set(rows.values_list("thread_id", flat=True)))


def messages_from(account_id: int, message_ids: Collection[int]) -> list[int]:
    """Keys of these messages and of those after them in their conversations (index placement_of_thread).

    Drafts, and what stands in Junk or Trash only, come along only where they are named.
    """
    among, keys = sql.among("h.id", message_ids)
    found = sql.run(
        "SELECT DISTINCT p.message_id FROM webmail_message h"
        " JOIN webmail_mailboxmessage p ON p.thread_id = h.thread_id"
        " JOIN webmail_mailbox b ON b.id = p.mailbox_id"
        f" WHERE h.account_id + 0 = %s AND {among} AND (p.message_id = h.id"
        " OR ((p.received_at, p.message_id) > (h.received_at, h.id)"
        f" AND NOT p.draft AND b.role NOT IN {BINS}))",
        [account_id, *keys],
    )
    return [key for (key,) in found]


def _messages(account_id: int, thread: str, parameters: list[int]) -> list[ConversationMessage]:
    condition = f"thread_id = {thread} AND account_id = %s AND orphaned_at IS NULL"
    rows = sql.read(f"{_MESSAGES} WHERE {condition} ORDER BY received_at, id", [*parameters, account_id])
    return [_read(values) for values in rows]


def _read(values: Sequence[Any]) -> ConversationMessage:
    found = ConversationMessage(*values)
    found.sent_at = columns.moment(found.sent_at) if found.sent_at else None
    found.received_at = columns.moment(found.received_at)
    return found


def _with_standings(account_id: int, messages: list[ConversationMessage]) -> list[ConversationMessage]:
    if messages:
        _fill(messages, "p.thread_id = %s AND p.account_id = %s", [messages[0].thread_id, account_id])
    return [found for found in messages if found.mailboxes]


def _fill(messages: list[ConversationMessage], condition: str, parameters: list[int]) -> None:
    """Read the flags of messages and where they stand."""
    by_id = {found.id: found for found in messages}
    rows = sql.read(f"{_STANDINGS} WHERE {condition} ORDER BY p.id", parameters)
    for key, seen, answered, flagged, draft, keywords, *standing, pinned, deleted, snoozed_until in rows:
        found = by_id.get(key)
        if found is None:
            continue
        found.seen, found.answered, found.flagged, found.draft = seen, answered, flagged, draft
        found.keywords = frozenset(keywords.split())
        until = columns.moment(snoozed_until) if snoozed_until else None
        found.mailboxes.append(Standing._make((*standing, bool(pinned), bool(deleted), until)))


def _bytes_of(account_id: int, message_id: int) -> tuple[bytes, int]:
    rows = sql.run(
        "SELECT prefix, blob_id FROM webmail_message WHERE id = %s AND account_id = %s",
        [message_id, account_id],
    )
    if not rows:
        raise MessageNotFoundError(f"account {account_id} has no message {message_id}")
    return bytes(rows[0][0]), rows[0][1]
