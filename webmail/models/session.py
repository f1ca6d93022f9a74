"""Who is signed in where, and who tried."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from .account import User


class Session(AbstractBaseSession):
    """A browser's session; `user` says in a column whose it is, so that one statement reads both."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")


class LoginFailures(models.Model):
    """How often signing in failed, by what is counted and in which window of time.

    Not in a cache: a cache forgets when it is full, and signing in would need one more thing that works.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
