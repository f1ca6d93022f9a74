"""Who is signed in where, and who tried."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from .account import User


class Session(AbstractBaseSession):
    """A browser's session; `user` says in a column whose it is, so that one statement reads both."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="Kept to within ten minutes")
    ip = models.CharField(max_length=45, blank=True, db_default="", help_text="Where it was seen last")
    program = models.CharField(
        max_length=200, blank=True, db_default="", help_text="What the browser says it is"
    )


class LoginFailures(models.Model):
    """How often signing in failed, by what is counted and in which window of time.

    Not in a cache: a cache forgets when it is full, and signing in would need one more thing that works.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
