"""The SMTP server on the store, as run_smtp starts it, on a loopback port."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.mailserver.smtp.memory import Running, serving
from webmail.servers import smtp_server


@pytest.fixture
def smtp(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Iterator[Running]:
    settings.DATA_DIR = tmp_path
    settings.MAIL_HOSTNAME = "mx.crepes.test"
    listening = socket.create_server(("127.0.0.1", 0))
    run = Running(smtp_server.make_server(smtp_server.make_limiter()), listening.getsockname())
    with serving(run, listening):
        yield run
