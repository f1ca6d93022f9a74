"""The SMTP, IMAP and POP3 servers on the store, as their commands start them, on loopback ports."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from mailserver.imap.server import Server as ImapServer
from mailserver.pop3.server import Server as Pop3Server
from tests.mailserver.imap.memory import RawClient
from tests.mailserver.running import Running, serving
from tests.people import PASSWORD, Person, make_person
from tests.waiting import until
from webmail.models import MaildropLease
from webmail.servers import imap_server, pop3_server, smtp_server
from webmail.store import check


@pytest.fixture
def smtp(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Iterator[Running]:
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "mx.crepes.test"
    listening = socket.create_server(("127.0.0.1", 0))
    run = Running(smtp_server.make_server(smtp_server.make_limiter()), listening.getsockname())
    with serving(run, listening):
        yield run


@pytest.fixture
def pop3(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Iterator[Running[Pop3Server]]:
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "pop.crepes.test"
    listening = socket.create_server(("127.0.0.1", 0))
    run = Running(pop3_server.make_server(pop3_server.make_limiter()), listening.getsockname())
    with serving(run, listening):
        yield run
    assert list(check.problems()) == []
    # Given back after the client has heard the last.
    until(lambda: not MaildropLease.objects.exists())


@pytest.fixture
def imap(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Iterator[Running[ImapServer]]:
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "imap.crepes.test"
    listening = socket.create_server(("127.0.0.1", 0))
    server = imap_server.make_server(imap_server.make_limiter())
    run = Running(server, listening.getsockname())
    with serving(run, listening):
        yield run
    assert list(check.problems()) == []


@pytest.fixture
def alice(transactional_db: None) -> Person:
    return make_person("alice@crepes.test", "Alice")


def raw_client(imap: Running[ImapServer], password: str = PASSWORD) -> RawClient:
    """Alice, logged in."""
    raw = RawClient(imap.connect())
    raw.line()
    assert raw.ask(f'LOGIN alice@crepes.test "{password}"')[-1].startswith("OK")
    return raw


@pytest.fixture
def program(imap: Running[ImapServer], alice: Person) -> Iterator[RawClient]:
    """Alice's mail program, logged in."""
    raw = raw_client(imap)
    yield raw
    raw.close()
