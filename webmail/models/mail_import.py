"""Mail that is brought in from a file or from another server: how far it has come, and where it goes on."""

from django.db import models
from django.db.models import Q

from .account import Account


class ImportState(models.TextChoices):
    """Where an import stands."""

    UPLOADING = "uploading", "Uploading"
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class MailImport(models.Model):
    """One import; what it works with, file or password, is gone once it has ended."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="imports", db_index=False)
    token = models.CharField(max_length=32, unique=True, help_text="Names its file, a PartialUpload")
    name = models.CharField(max_length=300, help_text="Of the file; or who@host")
    folder = models.CharField(max_length=1000, blank=True, help_text="Where all of it goes; empty as it was")
    state = models.CharField(max_length=16, choices=ImportState)
    problem = models.CharField(max_length=32, blank=True, help_text="Why it failed, or waits, in one word")
    size = models.BigIntegerField(default=0, help_text="Bytes of the file; messages on the server")
    host = models.CharField(max_length=255, blank=True, help_text="Of the server; empty for a file")
    port = models.PositiveIntegerField(default=0)
    user = models.CharField(max_length=320, blank=True)
    secret = models.BinaryField(default=b"", help_text="The password, sealed; empty once it ended")
    cursor = models.JSONField(default=dict, help_text="Where it goes on")
    done = models.BigIntegerField(default=0, help_text="In the unit of size")
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=list, help_text="[where, why] of the first that were refused")
    tries = models.PositiveSmallIntegerField(default=0, help_text="In a row, without getting on")
    next_at = models.DateTimeField(null=True, help_text="When it may go on; while it runs, its lease")
    lease_token = models.PositiveIntegerField(default=0, help_text="Rises with each claim")
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        indexes = [
            # imports.waiting
            models.Index(
                fields=["next_at"], name="import_waiting", condition=Q(state__in=["waiting", "running"])
            ),
            # imports.of_account
            models.Index(fields=["account", "-id"], name="import_of_account"),
            # imports.sweep
            models.Index(fields=["touched_at"], name="import_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
