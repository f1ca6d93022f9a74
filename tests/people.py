"""Alice, Bob and Carol, who write to each other in every test."""

from dataclasses import dataclass

import pytest

from webmail.models import Account, User
from webmail.store import mailboxes

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and the password to sign in with."""

    user: User
    account: Account
    password: str = PASSWORD

    @property
    def address(self) -> str:
        """Where mail to them goes, and their sign-in name."""
        return self.account.address

    def mailbox(self, role: str) -> int:
        """The id of their mailbox for this special use, as "inbox"."""
        return self.account.mailboxes.get(role=role).pk


def make_person(address: str, name: str) -> Person:
    """Make the person, the domain when missing, and the mailboxes of every new account."""
    user = User.objects.create_user(address, PASSWORD, name=name)
    return Person(user, mailboxes.create_account(user, address, name))


@pytest.fixture
def alice(db: None) -> Person:
    """Alice at crepes.test."""
    return make_person("alice@crepes.test", "Alice Martin")


@pytest.fixture
def bob(db: None) -> Person:
    """Bob at hamburger.test; here he has his account on the same server as Alice."""
    return make_person("bob@hamburger.test", "Bob 王")


@pytest.fixture
def carol(db: None) -> Person:
    """Carol, who shares Alice's domain."""
    return make_person("carol@crepes.test", "Carol Jones")
