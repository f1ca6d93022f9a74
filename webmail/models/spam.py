"""What each person's spam filter has learnt, and what is known of single messages."""

from django.db import models

from .account import Account
from .message import Message


class Said(models.TextChoices):
    """What a message is learnt as."""

    SPAM = "spam", "Spam"
    HAM = "ham", "Wanted"


class SpamMark(models.Model):
    """Why a message was taken for spam, what its reader says it is, and how it has been learnt."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="spam_mark")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    reason = models.TextField(blank=True, help_text="spam_marks.Reason as JSON")
    said = models.CharField(max_length=4, choices=Said, blank=True)
    learnt = models.CharField(max_length=4, choices=Said, blank=True)
    waits = models.BooleanField(default=False, help_text="It was not learnt as what it is said to be")

    class Meta:
        indexes = [
            # spam_learning.carry_on: what is to be learnt.
            models.Index(
                fields=["account", "message"], name="spam_mark_waits", condition=models.Q(waits=True)
            ),
            # spam_learning.forget: what was learnt.
            models.Index(
                fields=["account", "message"], name="spam_mark_learnt", condition=~models.Q(learnt="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.said or '-'}"


class SpamClue(models.Model):
    """In how many messages of each kind a clue was found."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    key = models.BigIntegerField(help_text="clues.key")
    word = models.CharField(max_length=42, help_text="The clue itself, to be shown")
    spam = models.IntegerField(default=0)
    ham = models.IntegerField(default=0)
    learnt_at = models.DateTimeField(help_text="When it was last learnt: the oldest are forgotten first")

    class Meta:
        constraints = [
            # queries.spam_clues looks up by both; the strongest and the least useful are those of an account.
            models.UniqueConstraint(fields=["account", "key"], name="spam_clue"),
        ]

    def __str__(self) -> str:
        return f"{self.word}: {self.spam}/{self.ham}"
