"""What is late in an Outbox."""

from webmail.models import RecipientState

from .. import sql

_LATE = (
    "SELECT 1 FROM webmail_mailboxmessage p"
    " JOIN webmail_outboundmessage o ON o.sent_message_id = p.message_id"
    " JOIN webmail_outboundrecipient r ON r.message_id = o.id"
    " WHERE p.mailbox_id = %s AND r.attempt_count > 0"
    f" AND r.state IN ('{RecipientState.WAITING}', '{RecipientState.PARKED}') LIMIT 1"
)


def outbox_is_late(outbox_id: int) -> bool:
    """Tell whether something of an Outbox was tried in vain (placement_newest, foreign keys)."""
    return bool(sql.read(_LATE, [outbox_id]))
