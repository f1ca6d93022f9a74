"""Searches that a person keeps."""

from django.db import models

from .account import Account


class SavedSearch(models.Model):
    """A query under a name, shown beside the folders."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="saved_searches", db_index=False)
    name = models.CharField(max_length=100)
    query = models.TextField(help_text="mailserver.query reads it")

    class Meta:
        verbose_name_plural = "saved searches"
        constraints = [
            # queries.saved_searches: all of an account.
            models.UniqueConstraint(fields=["account", "name"], name="saved_search_name"),
        ]

    def __str__(self) -> str:
        return self.name
