"""The Inbox as programs see it that fetch mail by POP3."""

from django.db import models

from .account import Account
from .credential import AppPassword
from .message import Message


class MaildropLease(models.Model):
    """The session that has the maildrop of an account open; it has to say so again and again."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="+")
    token = models.CharField(max_length=32, help_text="Random; the session knows it")
    leased_until = models.DateTimeField(help_text="After that the maildrop is free")

    def __str__(self) -> str:
        return f"of account {self.account_id} until {self.leased_until:%H:%M:%S}"


class WithheldMessage(models.Model):
    """A message that a program wanted to be deleted and that was kept: the program sees it no more."""

    app_password = models.ForeignKey(AppPassword, models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            # queries.maildrop leaves out what is here.
            models.UniqueConstraint(fields=["app_password", "message"], name="withheld_message"),
        ]

    def __str__(self) -> str:
        return f"message {self.message_id} from app password {self.app_password_id}"
