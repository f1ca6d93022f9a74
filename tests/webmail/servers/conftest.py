"""The SMTP and IMAP servers on the store, as they are run, on loopback ports."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.mailserver.imap import memory as imap_memory
from tests.mailserver.smtp.memory import Running, serving
from tests.people import Person, make_person
from webmail.servers import imap_server, smtp_server
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
def imap(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Iterator[imap_memory.Running]:
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "imap.crepes.test"
    listening = socket.create_server(("127.0.0.1", 0))
    run = imap_memory.Running(imap_server.make_server(imap_server.make_limiter()), listening.getsockname())
    with imap_memory.serving(run, listening):
        yield run
    assert list(check.problems()) == []


@pytest.fixture
def alice(transactional_db: None) -> Person:
    return make_person("alice@crepes.test", "Alice")
