"""The people of the tests are there, with their mailboxes."""

import pytest

from tests.people import Person


@pytest.mark.django_db
def test_alice_bob_and_carol_have_accounts(alice: Person, bob: Person, carol: Person) -> None:
    assert [person.address for person in (alice, bob, carol)] == [
        "alice@crepes.test",
        "bob@hamburger.test",
        "carol@crepes.test",
    ]
    assert alice.user.check_password(alice.password)
    assert alice.mailbox("inbox") != carol.mailbox("inbox")
