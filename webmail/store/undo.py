"""Undo: remember the way back from what a person did, and go it once."""

import secrets
from collections.abc import Callable, Iterable

from django.utils import timezone

from webmail.models import UndoableAction

from . import (
    contact_groups,
    contacts,
    forwarding,
    mailboxes,
    rules,
    senders,
    spam_marks,
    vacations,
)
from .board import UnknownMailboxError
from .change import Change
from .contact_groups import GroupError
from .contacts import ContactsFullError
from .done import Done, Step, together
from .expunge import expunge
from .flags import set_flags
from .mailbox_names import MailboxError
from .restore import mark, place


class NothingToUndoError(LookupError):
    """The token is unknown, of another account, too old, or was used."""


def remember(account_id: int, *dones: Done, bulk_id: int | None = None) -> str:
    """Keep the way back from these verbs, done in this order; the token that asks for it."""
    token = secrets.token_urlsafe(16)
    UndoableAction.objects.create(
        account_id=account_id,
        token=token,
        bulk_id=bulk_id,
        inverse=list(together(dones).inverse),
        created_at=timezone.now(),
    )
    return token


def undo(account_id: int, token: str) -> Done:
    """Take back what `remember` was told of, in one change; of two who ask at once, one does it."""
    with Change([account_id]) as change:
        action = UndoableAction.objects.filter(account_id=account_id, token=token, undone_at=None).first()
        if action is None:
            raise NothingToUndoError("there is nothing to undo")
        done = take(account_id, action.inverse)
        UndoableAction.objects.filter(pk=action.pk).update(undone_at=change.now)
        return Done(change.modseq(account_id), done.count, done.inverse, done.uids)


def take(account_id: int, steps: Iterable[Step]) -> Done:
    """Go these steps within the change that is under way; raises NothingToUndoError."""
    try:
        return together(_STEPS[step["verb"]](account_id, step) for step in steps)
    except (MailboxError, UnknownMailboxError, GroupError, ContactsFullError, LookupError) as error:
        # A label or a group was deleted since, or its old name given to another one.
        raise NothingToUndoError("there is no way back any more") from error


def _set_flags(account_id: int, step: Step) -> Done:
    return set_flags(
        account_id,
        step["message_ids"],
        add=frozenset(step["add"]),
        remove=frozenset(step["remove"]),
        mailbox_id=step["mailbox_id"],
    )


_STEPS: dict[str, Callable[[int, Step], Done]] = {
    "set_flags": _set_flags,
    "place": lambda account_id, step: place(
        account_id, step["mailbox_id"], step["message_ids"], step["flags"], step.get("marks")
    ),
    "mark": lambda account_id, step: mark(account_id, step["mailbox_id"], step["message_ids"], step["marks"]),
    "expunge": lambda account_id, step: expunge(account_id, step["mailbox_id"], step["message_ids"]),
    "create_mailbox": mailboxes.recreate,
    "delete_mailbox": lambda account_id, step: mailboxes.delete(account_id, step["mailbox_id"]),
    "unmake_mailboxes": lambda account_id, step: mailboxes.unmake(account_id, step["mailbox_ids"]),
    "show_mailbox": lambda account_id, step: mailboxes.show(account_id, step["mailbox_id"], step["shown"]),
    "rename_mailbox": lambda account_id, step: mailboxes.rename(account_id, step["mailbox_id"], step["path"]),
    "choose_sender": lambda account_id, step: senders.write(
        account_id, step["sender"], step["verdict"], step["mailbox_id"]
    ),
    "say_spam": lambda account_id, step: spam_marks.say_again(account_id, step["message_ids"], step["said"]),
    "contacts": contacts.undo_step,
    "create_contact_group": contact_groups.recreate,
    "delete_contact_group": lambda account_id, step: contact_groups.delete(account_id, step["group_id"]),
    "rename_contact_group": lambda account_id, step: contact_groups.rename(
        account_id, step["group_id"], step["name"]
    ),
    "contact_group_members": lambda account_id, step: contact_groups.change_members(
        account_id, step["group_id"], add=step["add"], remove=step["remove"]
    ),
    "remake_rule": rules.remake,
    "remake_forward": forwarding.remake,
    "delete_rules": lambda account_id, step: rules.delete_all(account_id, step["rule_ids"]),
    "resume_vacation": vacations.resume,
    "recolor_mailbox": lambda account_id, step: mailboxes.recolor(
        account_id, step["mailbox_id"], step["color"]
    ),
}
