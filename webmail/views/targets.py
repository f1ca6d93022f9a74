"""Where a conversation may go: mailboxes to move it to, labels to give it or take away."""

from collections.abc import Sequence
from typing import NamedTuple

from webmail.store.queries import ConversationMessage, MailboxRow

from . import places

NOT_TO = frozenset({"sent", "drafts", "screener", "snoozed"})


class Targets(NamedTuple):
    """Roles as (id, name, icon) and labels as (id, path, colour, whether it has it)."""

    roles: tuple[tuple[int, str, str], ...]
    labels: tuple[tuple[int, str, str, bool], ...]


def targets(mailboxes: Sequence[MailboxRow], messages: Sequence[ConversationMessage]) -> Targets:
    """List where the conversation of these messages may go."""
    icons = {kind.slug: kind.icon for kind in places.KINDS}
    here = {standing.mailbox_id for message in messages for standing in message.mailboxes}
    return Targets(
        tuple(
            (row.id, places.name_of(row), icons[row.role])
            for row in mailboxes
            if row.role and row.role not in NOT_TO
        ),
        tuple((row.id, row.path, row.color or "grey", row.id in here) for row in mailboxes if not row.role),
    )
