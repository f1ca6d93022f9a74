"""Letters that wait, as a mail program deals with them: what leaves Scheduled or the Outbox doesn't go."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from webmail.models import OutboundMessage, OutboundRecipient, RecipientState, Role
from webmail.store import copy, queries
from webmail.store.change import Change

from . import outbox, queue, scheduled, submit

_MOST_NAMED = 3


class TooLateError(Exception):
    """Some of it has left, or is being handed over; the message says who has it."""


def delete_scheduled(account_id: int, mailbox_id: int, uids: Collection[int] | None = None) -> None:
    """Cancel what is flagged as deleted, of these uids or of all: they are drafts again.

    All or none; raises TooLateError.
    """
    if queries.imap_deleted(mailbox_id, uids):
        with Change([account_id]):
            found = queries.imap_deleted(mailbox_id, uids)
            _give_back(account_id, [key for _, key in found], Role.DRAFTS)


def move_scheduled(
    account_id: int, mailbox_id: int, uids: Sequence[int], target_id: int, role: Role
) -> list[tuple[int, int]]:
    """Cancel letters, and put them into Drafts or Trash; each uid with the one that the letter has there."""
    with Change([account_id]):
        keys = queries.imap_message_ids(mailbox_id, uids)
        renewed = _give_back(account_id, list(keys.values()), role)
        there = queries.imap_uids_of(target_id, list(renewed.values()))
        return [(uid, there[renewed[key]]) for uid, key in keys.items()]


def delete_owed(account_id: int, mailbox_id: int, uids: Collection[int] | None = None) -> None:
    """Cancel, for all who are still owed it, what is flagged as deleted; what nobody has is a draft again.

    Raises TooLateError for what somebody has: it is cancelled for the others, and stays in Sent.
    """
    found = queries.imap_deleted(mailbox_id, uids)
    if found:
        _refuse_late(account_id, stop(account_id, [key for _, key in found]))


def move_owed(
    account_id: int, mailbox_id: int, uids: Sequence[int], target_id: int, role: Role
) -> list[tuple[int, int]]:
    """Cancel, as `delete_owed`, and put what nobody has into Drafts or Trash; uids as `move_scheduled`."""
    keys = queries.imap_message_ids(mailbox_id, uids)
    late = stop(account_id, keys.values())
    if role == Role.TRASH:
        # By a change of its own: restored, it goes to where it came from, and that is Drafts.
        drafts = queries.mailbox_by_role(account_id, Role.DRAFTS)
        copy.move_messages(account_id, keys.values(), drafts, target_id)
    _refuse_late(account_id, late)
    there = queries.imap_uids_of(target_id, list(keys.values()))
    return [(uid, there[key]) for uid, key in keys.items() if key in there]


def stop(account_id: int, message_ids: Iterable[int]) -> list[int]:
    """Cancel what waits of messages: what nobody has is a draft again; the others, which somebody has."""
    with Change([account_id]):
        return [key for key in message_ids if not _stop_one(account_id, key)]


def _give_back(account_id: int, message_ids: Sequence[int], role: Role) -> dict[int, int]:
    """The message that each letter is now; the change that is under way ends with TooLateError."""
    renewed: dict[int, int] = {}
    for letter in _letters(account_id, message_ids):
        key = letter.sent_message_id
        now = scheduled.give_back(account_id, letter.pk, role)
        if now is None:
            raise TooLateError(_who_has([letter]))
        renewed[key or 0] = now
    return renewed


def _refuse_late(account_id: int, late: Sequence[int]) -> None:
    if late:
        said = [_who_has(letters) + _who_has_not(letters) for letters in _of_each(account_id, late)]
        raise TooLateError("; ".join(said))


def _of_each(account_id: int, message_ids: Sequence[int]) -> Iterator[list[OutboundMessage]]:
    return (_letters(account_id, [key]) for key in message_ids[:_MOST_NAMED])


def _stop_one(account_id: int, message_id: int) -> bool:
    """Cancel what is owed of one message; whether nobody has it, and it is a draft."""
    letters = _letters(account_id, [message_id])
    if letters and scheduled.is_scheduled(letters[0]):
        return scheduled.give_back(account_id, letters[0].pk) is not None
    for letter in letters:
        queue.stop(letter)
    # What was sent again to a corrected address has two, and one has failed.
    if len(letters) == 1 and queue.is_cancelled(letters[0]):
        submit.redraft(account_id, letters[0])
        return True
    outbox.leave([account_id], [message_id])
    return False


def _letters(account_id: int, message_ids: Sequence[int]) -> list[OutboundMessage]:
    rows = OutboundMessage.objects.filter(account_id=account_id, sent_message_id__in=message_ids)
    return list(rows.order_by("pk"))


def _who_has(letters: Iterable[OutboundMessage]) -> str:
    """Say to whom it has gone, or is going now."""
    rows = OutboundRecipient.objects.filter(message__in=letters).order_by("pk")
    gone = [row.address for row in rows.filter(state=RecipientState.DELIVERED)[:_MOST_NAMED]]
    if gone:
        return f"Too late: {', '.join(gone)} has it already"
    going = [_whither(row) for row in rows.filter(state=RecipientState.SENDING)[:_MOST_NAMED]]
    if going:
        return f"Too late: it is being handed to {' and '.join(going)}"
    return "Too late: it was tried already, or stopped"


def _who_has_not(letters: Iterable[OutboundMessage]) -> str:
    rows = OutboundRecipient.objects.filter(message__in=letters, state=RecipientState.CANCELLED)
    stopped = rows.order_by("pk").values_list("address", flat=True)[:_MOST_NAMED]
    return f"; cancelled for {', '.join(stopped)}" if stopped else ""


def _whither(recipient: OutboundRecipient) -> str:
    host = recipient.attempts.order_by("-pk").values_list("host", flat=True).first()
    return f"{host or recipient.domain} for {recipient.address}"
