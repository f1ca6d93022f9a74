"""What a POP3 session lists."""

from array import array
from typing import NamedTuple

from webmail.models import Role

from .. import sql


class Maildrop(NamedTuple):
    """The Inbox, its messages by uid: their ids, and their sizes in octets."""

    uid_validity: int
    message_ids: array[int]
    sizes: array[int]


def maildrop(account_id: int, app_password_id: int | None) -> Maildrop:
    """The Inbox without what an app password's program is not shown: two statements.

    The constraints mailbox_role, placement_uid and withheld_message serve them.
    """
    ((mailbox_id, uid_validity),) = sql.read(
        "SELECT id, uid_validity FROM webmail_mailbox WHERE account_id = %s AND role = %s",
        [account_id, Role.INBOX.value],
    )
    shown, parameters = "", []
    if app_password_id is not None:
        shown = (
            " AND NOT EXISTS (SELECT 1 FROM webmail_withheldmessage w"
            " WHERE w.app_password_id = %s AND w.message_id = p.message_id)"
        )
        parameters = [app_password_id]
    rows = sql.read(
        f"SELECT p.message_id, p.size FROM webmail_mailboxmessage p WHERE p.mailbox_id = %s{shown}"
        " ORDER BY p.uid",
        [mailbox_id, *parameters],
    )
    return Maildrop(
        uid_validity, array("Q", [key for key, _ in rows]), array("Q", [size for _, size in rows])
    )
