"""The SMTP and POP3 servers on the store, as run_smtp and run_imap start them, on a loopback port."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from mailserver.pop3.server import Server
from tests.mailserver import running
from tests.mailserver.smtp.memory import Running, serving
from webmail.models import MaildropLease
from webmail.servers import pop3_server, smtp_server
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
def pop3(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Iterator[running.Running[Server]]:
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "pop.crepes.test"
    listening = socket.create_server(("127.0.0.1", 0))
    run = running.Running(pop3_server.make_server(pop3_server.make_limiter()), listening.getsockname())
    with running.serving(run, listening):
        yield run
    assert list(check.problems()) == []
    assert not MaildropLease.objects.exists()
