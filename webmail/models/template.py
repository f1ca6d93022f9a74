"""Texts that a person writes again and again."""

from django.db import models

from .account import Account


class Template(models.Model):
    """A text under a name, put into letters; its subject is used where a letter has none."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="templates", db_index=False)
    name = models.CharField(max_length=100)
    subject = models.CharField(max_length=998, blank=True)
    html = models.TextField()

    class Meta:
        constraints = [
            # queries.templates: all of an account.
            models.UniqueConstraint(fields=["account", "name"], name="template_name"),
        ]

    def __str__(self) -> str:
        return self.name
