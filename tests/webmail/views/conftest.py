"""People who are signed in, and mail in their mailboxes."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.mail import arrive, letter
from tests.people import Person


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def web(alice: Person, client: Client) -> Client:
    """Alice's browser."""
    client.force_login(alice.user)
    return client


@pytest.fixture
def thread(alice: Person) -> int:
    """A conversation of one message in Alice's inbox."""
    return arrive(alice.account.pk, letter("Crêpes on Sunday?", "Bring sugar.")).thread_id
