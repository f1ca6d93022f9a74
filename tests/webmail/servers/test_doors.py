"""Open sessions of mail programs end once what opened them is no longer good."""

import socket
from collections.abc import Iterator

import pytest

from mailserver.imap.server import Server
from tests.mailserver.imap.memory import RawClient
from tests.mailserver.running import LineClient, Running, serving
from tests.people import PASSWORD, Person
from webmail.models import AppPassword, Door
from webmail.servers import pop3_server
from webmail.store import accounts, app_passwords, credentials

from .conftest import raw_client

BYE = "* BYE What you logged in with is no longer valid"


@pytest.fixture
def phone(imap: Running[Server], alice: Person) -> Iterator[RawClient]:
    """A session that an app password opened."""
    client = raw_client(imap, app_passwords.create(alice.user, "Phone", [Door.IMAP]))
    yield client
    client.close()


@pytest.fixture
def laptop(imap: Running[Server], alice: Person) -> Iterator[RawClient]:
    """A session that the main password opened."""
    client = raw_client(imap)
    yield client
    client.close()


def test_a_new_password_ends_what_the_old_one_opened(
    phone: RawClient, laptop: RawClient, alice: Person
) -> None:
    laptop.send(b"i IDLE\r\n")
    assert laptop.line() == "+ idling"
    credentials.change_password(
        alice.user, "a wholly different sentence", keep_session="", revoke_app_passwords=False
    )
    assert [laptop.line(), laptop.line()] == [BYE, ""]
    assert phone.ask("NOOP") == ["OK NOOP completed"]


def test_an_app_password_that_is_revoked_ends_its_sessions(
    phone: RawClient, laptop: RawClient, alice: Person
) -> None:
    app_passwords.revoke(alice.user, AppPassword.objects.get().pk)
    assert [phone.line(), phone.line()] == [BYE, ""]
    assert laptop.ask("NOOP") == ["OK NOOP completed"]


def test_a_suspended_account_has_no_sessions(phone: RawClient, laptop: RawClient, alice: Person) -> None:
    accounts.configure(alice.account.pk, name="Alice", is_active=False, quota_bytes=0)
    assert [phone.line(), phone.line()] == [BYE, ""]
    assert [laptop.line(), laptop.line()] == [BYE, ""]


def test_by_pop3_too(transactional_db: None, alice: Person) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    run = Running(pop3_server.make_server(pop3_server.make_limiter()), listening.getsockname())
    with serving(run, listening):
        program = LineClient(run.connect())
        program.line()
        program.send(f"USER {alice.address}\r\nPASS {PASSWORD}\r\n".encode())
        assert [program.line()[:3], program.line()[:3]] == ["+OK", "+OK"]
        accounts.configure(alice.account.pk, name="Alice", is_active=False, quota_bytes=0)
        assert program.line().startswith("-ERR")
        assert program.line() == ""
        program.close()
