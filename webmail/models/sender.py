"""What people decide about who writes to them."""

from django.db import models

from .account import Account
from .mailbox import Mailbox


class Verdict(models.TextChoices):
    """Where mail of a sender goes."""

    BLOCKED = "blocked", "Blocked: to Spam"
    REFUSED = "refused", "Kept out by the screener: to Trash"
    ACCEPTED = "accepted", "Let in"


class SenderChoice(models.Model):
    """What is done with mail of a sender, or of all senders of a domain."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="sender_choices", db_index=False)
    sender = models.CharField(max_length=321, help_text="An address in its one spelling, or @domain")
    verdict = models.CharField(max_length=16, choices=Verdict)
    mailbox = models.ForeignKey(
        Mailbox,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Where it is let in to; else the Inbox",
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            # queries.sender_facts and sender_choices look up by both; the page of them goes on by it.
            models.UniqueConstraint(fields=["account", "sender"], name="sender_choice"),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.verdict}"


class Unsubscription(models.Model):
    """A list that a person left by a button of ours."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="unsubscriptions", db_index=False)
    list_key = models.CharField(max_length=321, help_text="List-Id in <>, else who it is from")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            # queries.unsubscriptions looks up by both.
            models.UniqueConstraint(fields=["account", "list_key"], name="unsubscription_list"),
        ]

    def __str__(self) -> str:
        return self.list_key
