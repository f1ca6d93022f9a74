"""One label merged into another."""

from webmail.models import MailboxMessage, Rule

from .change import Change
from .copy import copy_messages
from .done import Done, together
from .mailbox_names import MailboxError, is_below, levels_below
from .mailboxes import below, delete, own, put_rules, rename


def merge(account_id: int, mailbox_id: int, into_id: int) -> Done:
    """Put what stands in a label into another, and delete it; those below it go below the other one.

    Into itself, or into one below it, is MailboxError("cycle").
    """
    with Change([account_id]):
        source, into = own(account_id, mailbox_id), own(account_id, into_id)
        if mailbox_id == into_id or is_below(into.path, source.path):
            raise MailboxError("cycle", f"{source.path} can't go into itself")
        there = {row.path.casefold(): row.pk for row in below(account_id, into.path)}
        done: list[Done] = []
        # The deepest first: what is left below a label when its turn comes is moved with it.
        for row in sorted(below(account_id, source.path), key=lambda row: row.path.count("/"), reverse=True):
            target = there.get("/".join([into.path, *levels_below(row.path, source.path)]).casefold())
            if target is not None:
                done.append(_pour(account_id, row.pk, target))
        for row in below(account_id, source.path):
            # The first of a branch takes the others along.
            path = "/".join([into.path, *levels_below(row.path, source.path)])
            if own(account_id, row.pk).path == row.path:
                done.append(rename(account_id, row.pk, path))
        done.append(_pour(account_id, mailbox_id, into_id))
        return together(done)


def _pour(account_id: int, from_id: int, into_id: int) -> Done:
    rows = MailboxMessage.objects.filter(mailbox_id=from_id).order_by("uid")
    copied = copy_messages(account_id, list(rows.values_list("message_id", flat=True)), into_id)
    rules = list(Rule.objects.filter(mailbox_id=from_id).values_list("pk", flat=True))
    deleted = delete(account_id, from_id)
    put_rules(account_id, rules, into_id)
    return together([copied, deleted])
