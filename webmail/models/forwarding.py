"""Addresses elsewhere that an account may hand mail on to."""

from django.db import models
from django.db.models import Q

from .account import Account


class ForwardAddress(models.Model):
    """An address that mail may be handed on to, once its owner has said so by the link that was mailed."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="forward_addresses", db_index=False)
    address = models.CharField(max_length=320, help_text="The domain in A-labels")
    asked_at = models.DateTimeField(help_text="When the link was mailed last")
    verified_at = models.DateTimeField(null=True)
    takes_all = models.BooleanField(default=False, help_text="All mail is handed on to it")
    keeps_copy = models.BooleanField(default=True, help_text="Of all mail; else the copy here goes to Trash")

    class Meta:
        constraints = [
            # store.forwarding looks up by both.
            models.UniqueConstraint(fields=["account", "address"], name="forward_address"),
            models.UniqueConstraint(fields=["account"], name="forward_of_all", condition=Q(takes_all=True)),
        ]

    def __str__(self) -> str:
        return self.address
