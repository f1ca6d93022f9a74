"""What is answered while somebody is away, and who was told already."""

from django.db import models

from .account import Account


class Vacation(models.Model):
    """The answer of an account while it is away (RFC 3834); from when to when is in its row."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="vacation")
    first_day = models.DateField()
    last_day = models.DateField(null=True, help_text="Empty: until it is ended")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    contacts_only = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.subject or self.text[:50]


class VacationAnswer(models.Model):
    """When somebody was answered last."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=320, help_text="As sender_names.of_address writes it")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            # queries.vacation_facts looks up by both.
            models.UniqueConstraint(fields=["account", "address"], name="vacation_answer"),
        ]
        # sweep.run: the old ones.
        indexes = [models.Index(fields=["answered_at"], name="vacation_answer_by_age")]

    def __str__(self) -> str:
        return self.address
