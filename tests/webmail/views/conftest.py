"""People who are signed in, and mail in their mailboxes."""

import time

import pytest
from django.test import Client

from tests.mail import arrive, letter
from tests.people import Person
from webmail.store import login_limit


class Clock:
    """Stands still, but where a test moves it."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(db: None, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time by which failures to sign in are counted."""
    stopped = Clock()
    monkeypatch.setattr(login_limit, "time", stopped)
    return stopped


@pytest.fixture
def web(alice: Person, client: Client) -> Client:
    """Alice's browser."""
    client.force_login(alice.user)
    return client


@pytest.fixture
def thread(alice: Person) -> int:
    """A conversation of one message in Alice's inbox."""
    return arrive(alice.account.pk, letter("Crêpes on Sunday?", "Bring sugar.")).thread_id
