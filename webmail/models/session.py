"""Who is signed in where."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from .account import User


class Session(AbstractBaseSession):
    """A browser's session; `user` says in a column whose it is, so that one statement reads both."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
