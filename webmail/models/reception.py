"""What the server remembers of mail that it didn't take, or not yet."""

from django.db import models

from .account import Account


class Greylisted(models.Model):
    """A sender, its network and a recipient that met for the first time."""

    # delivery.greylist looks up by it.
    key = models.CharField(max_length=32, unique=True, help_text="Hash of network, sender and recipient")
    network = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True, help_text="When it came again as it should")

    class Meta:
        indexes = [
            # delivery.greylist: networks that came again.
            models.Index(
                fields=["network"], name="greylisted_passed", condition=models.Q(passed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.key}"


class Why(models.TextChoices):
    """Why mail was refused."""

    SPAM = "spam", "The spam filter"
    FORGED = "forged", "The policy of its domain (DMARC)"
    LISTED = "listed", "A list of senders"
    LATER = "later", "To be sent again"
    OTHER = "other", "Another reason"


class Rejected(models.Model):
    """A message that was refused: envelope and header, so that a person can find what they miss."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="rejected", db_index=False)
    rejected_at = models.DateTimeField()
    why = models.CharField(max_length=8, choices=Why)
    reply = models.CharField(max_length=500, help_text="What its server was told")
    ip = models.CharField(max_length=45)
    mail_from = models.CharField(max_length=320, blank=True)
    recipient = models.CharField(max_length=320)
    message_id = models.CharField(max_length=500, blank=True)
    from_text = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    head = models.TextField(blank=True)

    class Meta:
        indexes = [
            # queries.rejected: the newest of an account.
            models.Index(fields=["account", "-rejected_at"], name="rejected_newest"),
            # sweep: the oldest.
            models.Index(fields=["rejected_at"], name="rejected_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.mail_from or '<>'} {self.reply}"
