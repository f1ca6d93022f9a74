"""Acts on everything in a place or that a query finds, carried out batch by batch."""

from django.db import models
from django.db.models import Q

from .account import Account


class Unit(models.TextChoices):
    """What a line of a list stands for, and what the ids that are chosen there name."""

    CONVERSATION = "conversation", "Conversation"
    MESSAGE = "message", "Message"


class BulkState(models.TextChoices):
    """Where such an act stands."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    UNDOING = "undoing", "Undoing"
    UNDONE = "undone", "Undone"


class BulkAction(models.Model):
    """One act of a person; each batch is one change, with its own way back in UndoableAction."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="bulk_actions")
    token = models.CharField(max_length=32, unique=True, help_text="Asks for its progress and its Undo")
    verb = models.CharField(max_length=16)
    unit = models.CharField(max_length=16, choices=Unit, default=Unit.CONVERSATION)
    mailbox_id = models.BigIntegerField(null=True, help_text="The mailbox looked at; null in a view over all")
    target_id = models.BigIntegerField(default=0, help_text="The mailbox that the verb names")
    labels = models.JSONField(default=dict, help_text="Mailboxes to add and to remove, and what else to do")
    until = models.DateTimeField(null=True, help_text="The time that the verb names")
    starred = models.BooleanField(default=False, help_text="Of all mail, only what is starred")
    query = models.TextField(blank=True, help_text="What finds it; empty is the place itself")
    from_senders = models.JSONField(default=dict, help_text="FromSenders: single messages; else empty")
    time_zone = models.CharField(max_length=64, help_text="The reader's, for the days of the query")
    last_message_id = models.BigIntegerField(help_text="What came later is left alone")
    cursor = models.CharField(max_length=100, blank=True, help_text="Where the next batch begins")
    state = models.CharField(max_length=16, choices=BulkState, default=BulkState.RUNNING)
    done_count = models.PositiveIntegerField(default=0, help_text="Of its unit")
    total = models.PositiveIntegerField(null=True, help_text="Of its unit, where it is known")
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField(help_text="When its last batch was done")

    class Meta:
        indexes = [
            # bulk.carry_on: what nobody looks after.
            models.Index(
                fields=["touched_at"],
                name="bulk_unfinished",
                condition=Q(state__in=(BulkState.RUNNING, BulkState.UNDOING)),
            ),
            # sweep.run: the old ones.
            models.Index(fields=["created_at"], name="bulk_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.done_count}"
