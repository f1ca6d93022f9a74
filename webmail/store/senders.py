"""What a person chooses to do with mail of senders: block, keep out, let in; and whether new ones wait."""

from django.utils import timezone

from webmail.models import Account, Mailbox, Role, SenderChoice, Unsubscription, Verdict

from . import mailboxes, sender_names
from .change import Change
from .done import Done, Step
from .queries import own_addresses
from .refusal import RefusalError
from .text import storable

MAX_CHOICES = 10_000


class SenderError(RefusalError):
    """It can't be chosen; `code` is own (one's own address or domain) or full (there are too many)."""


def choose(account: Account, sender: str, verdict: Verdict, mailbox_id: int | None = None) -> Done:
    """Do this with a sender's mail from now on; `sender` as `sender_names` writes it. Raises SenderError.

    Who is let in may come to a label of one's own rather than the Inbox.
    """
    if verdict != Verdict.ACCEPTED and _is_own(account, sender):
        raise SenderError("own")
    with Change([account.pk]):
        rows = SenderChoice.objects.filter(account_id=account.pk)
        if rows.count() >= MAX_CHOICES and not rows.filter(sender=sender).exists():
            raise SenderError("full")
        return write(account.pk, sender, verdict, mailbox_id)


def forget(account_id: int, sender: str) -> Done:
    """Take a choice back; mail is left where it is."""
    return write(account_id, sender, "", None)


def write(account_id: int, sender: str, verdict: str, mailbox_id: int | None) -> Done:
    """Keep or, without a verdict, forget a choice; the way back is what was chosen before."""
    with Change([account_id]) as change:
        rows = SenderChoice.objects.filter(account_id=account_id, sender=sender)
        before = rows.values_list("verdict", "mailbox_id").first() or ("", None)
        if before == (verdict, mailbox_id):
            return Done(change.modseq(account_id), 0)
        rows.delete()
        if verdict:
            # It may be gone meanwhile, when this is an Undo.
            label = Mailbox.objects.filter(account_id=account_id, pk=mailbox_id or 0).first()
            SenderChoice.objects.create(
                account_id=account_id, sender=sender, verdict=verdict, mailbox=label, created_at=change.now
            )
        count = SenderChoice.objects.filter(account_id=account_id).count()
        Account.objects.filter(pk=account_id).update(sender_choice_count=count)
        inverse: Step = {
            "verb": "choose_sender",
            "sender": sender,
            "verdict": before[0],
            "mailbox_id": before[1],
        }
        return Done(change.modseq(account_id), 0, (inverse,))


def screen(account_id: int, *, on: bool) -> None:
    """Let mail of who writes for the first time wait in the Screener, or no longer."""
    with Change([account_id]) as change:
        if on:
            mailboxes.ensure(change, account_id, "Screener", Role.SCREENER)
        Account.objects.filter(pk=account_id).update(screens_senders=on)


def note_unsubscribed(account_id: int, list_key: str) -> None:
    """Remember that a list was left today."""
    with Change([account_id]):
        Unsubscription.objects.update_or_create(
            account_id=account_id,
            list_key=storable(list_key)[:321],
            defaults={"created_at": timezone.now()},
        )
        count = Unsubscription.objects.filter(account_id=account_id).count()
        Account.objects.filter(pk=account_id).update(unsubscription_count=count)


def _is_own(account: Account, sender: str) -> bool:
    own = {sender_names.of_address(address) for address in own_addresses(account)}
    return any(sender in sender_names.covering(address) for address in own)
