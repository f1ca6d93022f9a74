"""What IMAP sessions read: uids, rows of placements, what changed and what went."""

from array import array
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from .. import blobs, columns, sql

_MOST_NAMED = 5_000
"""Uids in one statement; more are read as the range they lie in."""
_DENSE = 4
"""Where fewer than one uid in so many is wanted of a range, each is named."""


class ImapMailbox(NamedTuple):
    """A mailbox with all that LIST, STATUS and SELECT tell."""

    id: int
    path: str
    role: str
    subscribed: bool
    uid_validity: int
    uid_next: int
    highest_modseq: int
    message_count: int
    unseen_count: int
    size: int


class ImapRow(NamedTuple):
    """A placement; the last three are "" unless the whole was asked for."""

    uid: int
    message_id: int
    thread_id: int
    seen: bool
    answered: bool
    flagged: bool
    draft: bool
    deleted: bool
    keywords: str
    modseq: int
    received_at: datetime
    saved_at: datetime
    size: int
    envelope: str
    structure: str
    preview: str


class ImapBody(NamedTuple):
    """Bytes of a message: headers of our own, and what came, or its beginning."""

    prefix: bytes
    blob: bytes


_MAILBOX = ", ".join(ImapMailbox._fields)
_PLACED = ", ".join(f"p.{name}" for name in ImapRow._fields[:13])
_PLACEMENTS = f"SELECT {_PLACED}, '', '', '' FROM webmail_mailboxmessage p WHERE p.mailbox_id = %s"
_FLAGS = (
    "SELECT p.uid, p.message_id, p.seen, p.answered, p.flagged, p.draft, p.deleted, p.keywords, p.modseq"
    " FROM webmail_mailboxmessage p WHERE p.mailbox_id = %s"
)
_MESSAGES = (
    f"SELECT {_PLACED}, m.envelope, m.structure, m.preview FROM webmail_mailboxmessage p"
    " JOIN webmail_message m ON m.id = p.message_id WHERE p.mailbox_id = %s"
)


def imap_mailboxes(account_id: int) -> list[ImapMailbox]:
    """All mailboxes of an account, level by level (constraint mailbox_path): one statement."""
    rows = sql.read(f"SELECT {_MAILBOX} FROM webmail_mailbox WHERE account_id = %s", [account_id])
    return sorted((ImapMailbox(*row) for row in rows), key=lambda row: row.path.casefold().split("/"))


def imap_modseq(mailbox_id: int) -> int | None:
    """The modseq of the last change of anything in a mailbox; None when there is no such mailbox."""
    rows = sql.read("SELECT highest_modseq FROM webmail_mailbox WHERE id = %s", [mailbox_id])
    return rows[0][0] if rows else None


def imap_quota(account_id: int) -> tuple[int, int]:
    """Bytes that an account uses, and may use; 0 for no limit."""
    ((used, limit),) = sql.read(
        "SELECT used_bytes, quota_bytes FROM webmail_account WHERE id = %s", [account_id]
    )
    return used, limit


def imap_forgotten_modseq(account_id: int) -> int:
    """The modseq up to which it is forgotten what went."""
    rows = sql.read("SELECT forgotten_modseq FROM webmail_account WHERE id = %s", [account_id])
    return rows[0][0] if rows else 0


def imap_uids(mailbox_id: int) -> array[int]:
    """All uids of a mailbox, rising (constraint placement_uid)."""
    rising = "(SELECT uid FROM webmail_mailboxmessage WHERE mailbox_id = %s ORDER BY uid) AS found"
    ((uids,),) = sql.read(f"SELECT {sql.array('uid', rising)}", [mailbox_id])
    return array("I", sql.keys(uids))


def imap_recent(mailbox_id: int) -> int:
    """How many messages no session was told of yet (constraint placement_uid)."""
    rows = sql.read(
        "SELECT count(*) FROM webmail_mailboxmessage p WHERE p.mailbox_id = %s"
        " AND p.uid >= (SELECT recent_uid FROM webmail_mailbox WHERE id = p.mailbox_id)",
        [mailbox_id],
    )
    return int(rows[0][0])


def lost_subscriptions(account_id: int) -> list[str]:
    """Names of mailboxes that are gone, which a mail program is subscribed to (unique account and path)."""
    rows = sql.read(
        "SELECT path FROM webmail_lostsubscription WHERE account_id = %s ORDER BY path", [account_id]
    )
    return [path for (path,) in rows]


def imap_keywords(mailbox_id: int) -> set[str]:
    """The keywords that messages of a mailbox have (index placement_keywords)."""
    rows = sql.read(
        "SELECT DISTINCT keywords FROM webmail_mailboxmessage WHERE mailbox_id = %s AND NOT keywords = ''",
        [mailbox_id],
    )
    return {word for (words,) in rows for word in words.split()}


def imap_first_unseen(mailbox_id: int) -> int:
    """The first uid that was not read, 0 for none (index placement_unseen)."""
    rows = sql.read(
        "SELECT uid FROM webmail_mailboxmessage WHERE mailbox_id = %s AND NOT seen ORDER BY uid LIMIT 1",
        [mailbox_id],
    )
    return rows[0][0] if rows else 0


def imap_deleted(mailbox_id: int, uids: Collection[int] | None = None) -> list[tuple[int, int]]:
    """(uid, message id) of what is flagged as deleted, of these uids or of all (index placement_deleted)."""
    found = sql.read(
        "SELECT uid, message_id FROM webmail_mailboxmessage"
        f" WHERE mailbox_id = %s AND {sql.true('deleted')} ORDER BY uid",
        [mailbox_id],
    )
    wanted = None if uids is None else set(uids)
    return [(uid, key) for uid, key in found if wanted is None or uid in wanted]


def imap_rows(mailbox_id: int, uids: Sequence[int], *, whole: bool = False) -> list[ImapRow]:
    """The placements with these uids, which rise (constraint placement_uid): one statement."""
    if not uids:
        return []
    statement = _MESSAGES if whole else _PLACEMENTS
    condition, parameters = _named(uids)
    return _only(_rows(f"{statement} AND {condition} ORDER BY p.uid", [mailbox_id, *parameters]), uids)


def imap_flags(mailbox_id: int, uids: Sequence[int]) -> list[tuple[Any, ...]]:
    """(uid, message id, the five flags, keywords, modseq) of placements (constraint placement_uid)."""
    if not uids:
        return []
    condition, parameters = _named(uids)
    return _only(sql.read(f"{_FLAGS} AND {condition} ORDER BY p.uid", [mailbox_id, *parameters]), uids)


def imap_flags_since(mailbox_id: int, modseq: int) -> list[tuple[Any, ...]]:
    """As `imap_flags`, of what changed after a modseq, by uid (index placement_changed)."""
    return sql.read(f"{_FLAGS} AND p.modseq > %s ORDER BY p.uid", [mailbox_id, modseq])


def _named(uids: Sequence[int]) -> tuple[str, list[Any]]:
    """Say which uids: each by itself, or the range they fill."""
    if uids[-1] - uids[0] < _DENSE * len(uids) or len(uids) > _MOST_NAMED:
        return "p.uid BETWEEN %s AND %s", [uids[0], uids[-1]]
    return sql.among("p.uid", uids)


def imap_all_rows(mailbox_id: int) -> list[ImapRow]:
    """All placements of a mailbox, by uid (constraint placement_uid)."""
    return _rows(f"{_PLACEMENTS} ORDER BY p.uid", [mailbox_id])


def imap_rows_since(mailbox_id: int, modseq: int, low: int = 0, high: int = 0) -> list[ImapRow]:
    """The placements that changed after a modseq, by uid (index placement_changed); of a range or of all.

    Of a short range all are looked at (constraint placement_uid): the sum hides a long one from that index.
    """
    between, bounds = "", []
    if high:
        uid = "p.uid" if high - low < _MOST_NAMED else "p.uid + 0"
        between, bounds = f" AND {uid} BETWEEN %s AND %s", [low, high]
    return _rows(f"{_PLACEMENTS} AND p.modseq > %s{between} ORDER BY p.uid", [mailbox_id, modseq, *bounds])


def imap_expunged(mailbox_id: int, modseq: int) -> list[int]:
    """The uids that went after a modseq (index expunged_of_mailbox)."""
    rows = sql.read(
        "SELECT uid FROM webmail_expungedmessage WHERE mailbox_id = %s AND modseq > %s ORDER BY uid",
        [mailbox_id, modseq],
    )
    return [uid for (uid,) in rows]


def imap_message_ids(mailbox_id: int, uids: Sequence[int]) -> dict[int, int]:
    """Message ids by uid, in the order of the uids (constraint placement_uid)."""
    if not uids:
        return {}
    condition, parameters = _named(uids)
    rows = sql.read(
        "SELECT p.uid, p.message_id FROM webmail_mailboxmessage p"
        f" WHERE p.mailbox_id = %s AND {condition} ORDER BY p.uid",
        [mailbox_id, *parameters],
    )
    return dict(_only(rows, uids))


def imap_uids_of(mailbox_id: int, message_ids: Sequence[int]) -> dict[int, int]:
    """Uids by message id in a mailbox (index of the foreign key to the message)."""
    condition, parameters = sql.among("message_id", message_ids)
    rows = sql.read(
        f"SELECT message_id, uid FROM webmail_mailboxmessage WHERE {condition} AND mailbox_id + 0 = %s",
        [*parameters, mailbox_id],
    )
    return dict(rows)


def imap_descriptions(account_id: int, message_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Envelopes and structures of messages, by their primary keys: one statement."""
    condition, parameters = sql.among("id", message_ids)
    rows = sql.read(
        f"SELECT id, envelope, structure FROM webmail_message WHERE {condition} AND account_id + 0 = %s",
        [*parameters, account_id],
    )
    return {key: (envelope, structure) for key, envelope, structure in rows}


def imap_bodies(account_id: int, message_ids: Sequence[int]) -> dict[int, ImapBody]:
    """Messages whole: one statement."""
    condition, parameters = sql.among("m.id", message_ids)
    rows = sql.read(
        "SELECT m.id, m.size - length(m.prefix), c.codec, c.data, m.prefix FROM webmail_message m"
        " LEFT JOIN webmail_blobchunk c ON c.blob_id = m.blob_id"
        f" WHERE {condition} AND m.account_id + 0 = %s ORDER BY m.id, c.position",
        [*parameters, account_id],
    )
    prefixes = {row[0]: bytes(row[4]) for row in rows}
    raws = blobs.joined(row[:4] for row in rows)
    return {key: ImapBody(prefix, raws[key]) for key, prefix in prefixes.items()}


def imap_heads(account_id: int, message_ids: Sequence[int]) -> dict[int, ImapBody]:
    """How messages begin, blobs.CHUNK_BYTES of each or more: two statements."""
    sources = _sources(account_id, message_ids)
    heads = blobs.read_heads(list({blob_id for blob_id, _ in sources.values()}))
    return {key: ImapBody(prefix, heads.get(blob_id, b"")) for key, (blob_id, prefix) in sources.items()}


def imap_piece(account_id: int, message_id: int, start: int, end: int) -> bytes:
    """A stretch of a message, counted from the first byte of its prefix: two statements."""
    blob_id, prefix = _sources(account_id, [message_id])[message_id]
    head = prefix[start:end]
    begin, stop = max(start - len(prefix), 0), end - len(prefix)
    return head + blobs.read_range(blob_id, begin, stop) if stop > begin else head


def _sources(account_id: int, message_ids: Sequence[int]) -> dict[int, tuple[int, bytes]]:
    """Blob and prefix of messages, by their primary keys."""
    condition, parameters = sql.among("id", message_ids)
    rows = sql.read(
        f"SELECT id, blob_id, prefix FROM webmail_message WHERE {condition} AND account_id + 0 = %s",
        [*parameters, account_id],
    )
    return {key: (blob_id, bytes(prefix)) for key, blob_id, prefix in rows}


def _rows(statement: str, parameters: Sequence[Any]) -> list[ImapRow]:
    moment = columns.moment
    return [
        ImapRow._make((*row[:10], moment(row[10]), moment(row[11]), *row[12:]))
        for row in sql.read(statement, parameters)
    ]


def _only[R: tuple[Any, ...]](rows: Iterable[R], uids: Sequence[int]) -> list[R]:
    """Of rows that begin with their uid, and came for a range: those that were asked for.

    As many as were asked for may still be others: what is gone leaves room for a neighbour.
    """
    wanted = set(uids)
    return [row for row in rows if row[0] in wanted]
