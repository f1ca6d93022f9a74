"""Alice, who came in by the front door."""

import pytest
from django.test import Client

from tests.people import Person
from tests.security import sign_in


@pytest.fixture
def web(alice: Person) -> Client:
    """Alice's browser: she has just typed her password."""
    client = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"})
    assert sign_in(client, alice).status_code == 302
    return client
