"""What mail programs are subscribed to: mailboxes, and names of some that are gone (RFC 9051 §6.3.7)."""

from webmail.models import LostSubscription, Mailbox, Role

from . import mailboxes
from .change import Change
from .done import Done
from .mailbox_names import MailboxError


def subscribe(account_id: int, mailbox_id: int, *, is_subscribed: bool) -> Done:
    """Say whether mail programs list a mailbox among those they show; any may be hidden so."""
    with Change([account_id]) as change:
        modseq = change.modseq(account_id)
        Mailbox.objects.filter(account_id=account_id, pk=mailbox_id).update(
            subscribed=is_subscribed, modseq=modseq
        )
        return Done(modseq, 1)


def forget(account_id: int, path: str) -> bool:
    """Give up the subscription to a mailbox that is gone; False when there is none."""
    return LostSubscription.objects.filter(account_id=account_id, path=path).delete()[0] > 0


def create(account_id: int, path: str) -> int:
    """Make a mailbox for a mail program, which subscribes to it when it wants to; its id."""
    with Change([account_id]):
        key, _ = mailboxes.create(account_id, path, subscribed=False)
        stored = Mailbox.objects.values_list("path", flat=True).get(pk=key)
        if forget(account_id, stored):
            subscribe(account_id, key, is_subscribed=True)
        return key


def create_for(account_id: int, path: str, role: Role) -> int:
    """Make the mailbox of a role that the account has none of yet; its id. Raises MailboxError."""
    with Change([account_id]):
        if Mailbox.objects.filter(account_id=account_id, role=role).exists():
            raise MailboxError("use", "there is a mailbox for this already")
        key = create(account_id, path)
        Mailbox.objects.filter(pk=key).update(role=role)
        return key


def delete(account_id: int, mailbox_id: int) -> None:
    """Delete a mailbox; that somebody is subscribed to its name stays true."""
    with Change([account_id]):
        rows = Mailbox.objects.filter(account_id=account_id, pk=mailbox_id, subscribed=True)
        path = rows.values_list("path", flat=True).first()
        mailboxes.delete(account_id, mailbox_id)
        if path:
            LostSubscription.objects.get_or_create(account_id=account_id, path=path)
