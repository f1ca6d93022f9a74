"""Browsers that asked to be told of new mail (RFC 8030)."""

from django.db import models
from django.db.models.functions import Now

from .account import Account
from .session import Session


class PushDevice(models.Model):
    """A browser's push subscription: it belongs to a session, and ends with it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="push_devices")
    session = models.ForeignKey(Session, models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000, unique=True)
    public_key = models.CharField(max_length=100, help_text="p256dh, base64url")
    secret = models.CharField(max_length=40, help_text="auth, base64url")
    language = models.CharField(max_length=16)
    shows_content = models.BooleanField(default=True, help_text="Off: it says only that mail came")
    told_modseq = models.BigIntegerField(help_text="What came until then is no news")
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row, of its push service")
    next_at = models.DateTimeField(null=True, help_text="When its push service may be asked again")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.account_id}: {self.endpoint[:60]}"
