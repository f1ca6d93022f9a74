"""Rules that a person makes for mail that comes, and which of them took part in what came."""

from django.db import models

from .account import Account
from .forwarding import ForwardAddress
from .mailbox import Mailbox
from .message import Message


class Rule(models.Model):
    """What is done with mail that a query fits, in the order of the positions."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="rules", db_index=False)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=100, blank=True, help_text="Empty: it goes by its query")
    enabled = models.BooleanField(default=True)
    query = models.CharField(max_length=1000)
    mailbox = models.ForeignKey(
        Mailbox, models.SET_NULL, null=True, related_name="+", help_text="The label or folder to put it in"
    )
    archives = models.BooleanField(default=False, help_text="It skips the Inbox")
    stars = models.BooleanField(default=False)
    marks_read = models.BooleanField(default=False)
    trashes = models.BooleanField(default=False)
    never_spam = models.BooleanField(default=False)
    forward = models.ForeignKey(ForwardAddress, models.SET_NULL, null=True, related_name="rules")
    stops = models.BooleanField(default=False, help_text="No rule after it is looked at")
    hits = models.PositiveIntegerField(default=0)
    last_hit_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # queries.automation and queries.rules: those of an account in order.
            models.Index(fields=["account", "position"], name="rule_of_account"),
        ]

    def __str__(self) -> str:
        return self.name or self.query


class RuleHit(models.Model):
    """A rule that took part in where a message was put, by the name it had then."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="rule_hits")
    rule = models.ForeignKey(Rule, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name
