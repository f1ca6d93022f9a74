"""`run_smtp` as an operator runs it: several processes on one port, killed and stopped."""

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.logs import LogWatch
from tests.mailserver.smtp.memory import RawClient
from tests.people import Person, make_person
from tests.waiting import until
from webmail.models import MailboxMessage


class Command:
    """A running `manage.py run_smtp` on the test's database."""

    def __init__(self, directory: Path, log: Path, processes: int) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free, socket.create_server(("127.0.0.1", 0)) as other:
            self.port, self.submission = free.getsockname()[1], other.getsockname()[1]
        environment = {
            **os.environ,
            "DATA_DIR": str(directory),
            "DATABASE_URL": _database_url(),
            "SMTP_LISTEN": f"127.0.0.1:{self.port}",
            "SUBMISSION_LISTEN": f"127.0.0.1:{self.submission}",
            "SUBMISSIONS_LISTEN": "",
            "SMTP_PROCESSES": str(processes),
            "SMTP_CONNECTIONS_PER_IP": "1000",
        }
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_smtp"]
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, env=environment, stderr=output)
        until(lambda: _answers(self.port))

    def connect(self) -> RawClient:
        return RawClient(socket.create_connection(("127.0.0.1", self.port), timeout=10))

    def send(self, person: Person) -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as client:
            client.sendmail("a@there.test", [person.address], b"Subject: x\r\n\r\n")

    def children(self) -> set[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(word) for word in found.split()}


@pytest.fixture
def two_processes(transactional_db: None, tmp_path: Path, log_watch: LogWatch) -> Iterator[Command]:
    command = Command(tmp_path, log_watch.watch_file(tmp_path / "smtp.log"), 2)
    yield command
    command.process.kill()
    command.process.wait(10)


def test_a_killed_process_is_replaced_and_stop_is_clean(two_processes: Command, log_watch: LogWatch) -> None:
    log_watch.expect(r"Process \d+ ended with 9")
    alice = make_person("alice@crepes.test", "Alice")
    before = two_processes.children()
    assert len(before) == 2
    for child in before:
        os.kill(child, signal.SIGKILL)
    until(lambda: len(two_processes.children() - before) == 2)
    for _ in range(4):
        two_processes.send(alice)
    assert MailboxMessage.objects.filter(account=alice.account).count() == 4

    late = two_processes.connect()
    late.begin_data(alice.address)
    two_processes.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert not _answers(two_processes.port)
    late.send(b"Subject: late\r\n.\r\n")
    assert late.reply().startswith("250 2.0.0")
    late.close()
    assert two_processes.process.wait(10) == 0
    assert MailboxMessage.objects.filter(account=alice.account).count() == 5


def test_no_process_outlives_its_parent(two_processes: Command) -> None:
    children = two_processes.children()
    two_processes.process.kill()
    two_processes.process.wait(10)
    until(lambda: not any(_runs(child) for child in children))
    assert not _answers(two_processes.port)


def test_one_process_stops_cleanly(transactional_db: None, tmp_path: Path, log_watch: LogWatch) -> None:
    command = Command(tmp_path, log_watch.watch_file(tmp_path / "smtp.log"), 1)
    alice = make_person("alice@crepes.test", "Alice")
    command.send(alice)
    with smtplib.SMTP("127.0.0.1", command.submission, timeout=20) as client:
        assert client.docmd("MAIL FROM:<alice@crepes.test>") == (530, b"5.7.0 Authentication required")
    command.process.terminate()
    assert command.process.wait(10) == 0
    assert MailboxMessage.objects.filter(account=alice.account).count() == 1


def _answers(port: int) -> bool:
    """Whether somebody on the port greets us."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as peer:
            return peer.recv(4) == b"220 "
    except OSError:
        return False


def _runs(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and not re.search(r"^State:\s+Z", status.read_text(), re.MULTILINE)


def _database_url() -> str:
    """The test database, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user = f"{values['USER']}:{values['PASSWORD']}@" if values["USER"] else ""
    return f"postgres://{user}{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"
