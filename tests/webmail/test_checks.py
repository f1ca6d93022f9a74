"""A database that may lose what it acknowledged is refused."""

import pytest
from django.db import connection
from pytest_django import Settings

from webmail.checks import dangers, durable_commits


@pytest.mark.django_db
def test_our_own_settings_are_durable() -> None:
    assert dangers(connection) == []


@pytest.mark.django_db(transaction=True)
def test_commits_that_are_not_synced_are_an_error(settings: Settings) -> None:
    sqlite = connection.vendor == "sqlite"
    # PostgreSQL lets a session lower only synchronous_commit: fsync is the server's.
    weaken, restore = (
        ("PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL")
        if sqlite
        else ("SET synchronous_commit TO off", "RESET synchronous_commit")
    )
    with connection.cursor() as cursor:
        cursor.execute(weaken)
        try:
            (message,) = durable_commits(databases=["default"])
            assert message.is_serious()
            assert "mail could be lost" in message.msg
            settings.UNSAFE_DATABASE = True
            (message,) = durable_commits(databases=["default"])
            assert not message.is_serious(level=40)
        finally:
            cursor.execute(restore)
