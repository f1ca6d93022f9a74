"""Labels of messages as IMAP sessions of Gmail's kind ask for them (X-GM-EXT-1)."""

from collections.abc import Sequence

from .. import sql


def imap_placements(account_id: int, message_ids: Sequence[int]) -> list[tuple[int, int, bool]]:
    """(message id, mailbox id, flagged) wherever messages stand (index of the foreign key to the message)."""
    condition, parameters = sql.among("message_id", message_ids)
    rows = sql.read(
        "SELECT message_id, mailbox_id, flagged FROM webmail_mailboxmessage"
        f" WHERE {condition} AND account_id + 0 = %s ORDER BY message_id, mailbox_id",
        [*parameters, account_id],
    )
    return [(message_id, mailbox_id, bool(flagged)) for message_id, mailbox_id, flagged in rows]


def imap_also_in(mailbox_id: int, other_id: int) -> list[int]:
    """Uids in a mailbox of what stands in another one, too (constraint placement_uid)."""
    rows = sql.read(
        "SELECT p.uid FROM webmail_mailboxmessage p WHERE p.mailbox_id = %s AND EXISTS"
        " (SELECT 1 FROM webmail_mailboxmessage o WHERE o.message_id = p.message_id AND o.mailbox_id = %s)"
        " ORDER BY p.uid",
        [mailbox_id, other_id],
    )
    return [uid for (uid,) in rows]


def imap_flagged(mailbox_id: int) -> list[int]:
    """Uids of what has a star (index placement_flagged)."""
    rows = sql.read(
        "SELECT uid FROM webmail_mailboxmessage"
        f" WHERE mailbox_id = %s AND {sql.true('flagged')} ORDER BY uid",
        [mailbox_id],
    )
    return [uid for (uid,) in rows]
