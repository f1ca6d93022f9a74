"""Letters that wait in Scheduled, as a mail program deals with them: what is taken out does not go."""

from collections.abc import Collection, Sequence

from webmail.models import OutboundMessage, OutboundRecipient, RecipientState, Role
from webmail.store import queries
from webmail.store.change import Change

from . import scheduled


class TooLateError(Exception):
    """Some of it has left, or is being handed over; the message says who has it."""


def cancel_deleted(account_id: int, mailbox_id: int, uids: Collection[int] | None = None) -> None:
    """Cancel what is flagged as deleted, of these uids or of all: they are drafts again.

    All or none; raises TooLateError.
    """
    if queries.imap_deleted(mailbox_id, uids):
        with Change([account_id]):
            found = queries.imap_deleted(mailbox_id, uids)
            _take_back(account_id, [key for _, key in found], Role.DRAFTS)


def cancel_to(
    account_id: int, mailbox_id: int, uids: Sequence[int], target_id: int, role: Role
) -> list[tuple[int, int]]:
    """Cancel letters, and put them into Drafts or Trash; each uid with the one that the letter has there."""
    with Change([account_id]):
        keys = queries.imap_message_ids(mailbox_id, uids)
        renewed = _take_back(account_id, list(keys.values()), role)
        there = queries.imap_uids_of(target_id, list(renewed.values()))
        return [(uid, there[renewed[key]]) for uid, key in keys.items()]


def _take_back(account_id: int, message_ids: Sequence[int], role: Role) -> dict[int, int]:
    """The message that each letter is now; the change that is under way ends with TooLateError."""
    outbound = OutboundMessage.objects.filter(account_id=account_id, sent_message_id__in=message_ids)
    renewed: dict[int, int] = {}
    for letter in outbound.order_by("pk"):
        key = letter.sent_message_id
        now = scheduled.give_back(account_id, letter.pk, role)
        if now is None:
            raise TooLateError(_who_has(letter))
        renewed[key or 0] = now
    return renewed


def _who_has(letter: OutboundMessage) -> str:
    """Say to whom it has gone, or is going now."""
    rows = letter.recipients.exclude(state__in=(RecipientState.WAITING, RecipientState.CANCELLED))
    gone = [row.address for row in rows.order_by("pk") if row.state == RecipientState.DELIVERED]
    if gone:
        return f"Too late: {', '.join(gone[:3])} has it already"
    going = [_whither(row) for row in rows.filter(state=RecipientState.SENDING).order_by("pk")[:3]]
    if going:
        return f"Too late: it is being handed to {' and '.join(going)}"
    return "Too late: it was tried already, or stopped"


def _whither(recipient: OutboundRecipient) -> str:
    host = recipient.attempts.order_by("-pk").values_list("host", flat=True).first()
    return f"{host or recipient.domain} for {recipient.address}"
