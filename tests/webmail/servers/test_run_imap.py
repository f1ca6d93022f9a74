"""`run_imap` as an operator runs it: several processes on the same ports, killed and stopped."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.logs import LogWatch
from tests.mailserver.imap.memory import RawClient
from tests.mailserver.running import LineClient
from tests.people import make_person
from tests.waiting import until
from webmail.models import Door, MaildropLease
from webmail.store import app_passwords

from .test_run_smtp import _database_url


class Command:
    """A running `manage.py run_imap` on the test's database."""

    def __init__(self, directory: Path, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as imap, socket.create_server(("127.0.0.1", 0)) as pop3:
            self.port, self.pop3_port = imap.getsockname()[1], pop3.getsockname()[1]
        environment = {
            **os.environ,
            "DATA_DIR": str(directory),
            "DATABASE_URL": _database_url(),
            "IMAP_LISTEN": f"127.0.0.1:{self.port}",
            "POP3_LISTEN": f"127.0.0.1:{self.pop3_port}",
            "IMAP_PROCESSES": "2",
        }
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_imap"]
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, env=environment, stderr=output)
        until(self.answers, 60)

    def connect(self) -> RawClient:
        return RawClient(socket.create_connection(("127.0.0.1", self.port), timeout=20))

    def answers(self) -> bool:
        """Whether somebody on the port greets us."""
        try:
            client = self.connect()
        except OSError:
            return False
        greeting = client.line()
        client.close()
        return greeting.startswith("* OK")

    def children(self) -> set[int]:
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(word) for word in found.split()}


@pytest.fixture
def two_processes(transactional_db: None, tmp_path: Path, log_watch: LogWatch) -> Iterator[Command]:
    command = Command(tmp_path, log_watch.watch_file(tmp_path / "imap.log"))
    yield command
    command.process.kill()
    command.process.wait(10)


def test_a_killed_process_is_replaced_and_all_are_told_of_the_end(
    two_processes: Command, log_watch: LogWatch
) -> None:
    log_watch.expect(r"Process \d+ ended with 9")
    # The command hashes passwords as it does in earnest, which the test's are not.
    alice = make_person("alice@crepes.test", "Alice")
    word = app_passwords.create(alice.user, "Phone", [Door.IMAP, Door.POP3])
    before = two_processes.children()
    os.kill(min(before), signal.SIGKILL)
    until(lambda: len(two_processes.children() - before) == 1)
    client = two_processes.connect()
    assert client.line().startswith("* OK")
    assert client.ask(f'LOGIN alice@crepes.test "{word}"')[-1].startswith("OK")
    client.send(b"i IDLE\r\n")
    assert client.line() == "+ idling"
    fetching = LineClient(socket.create_connection(("127.0.0.1", two_processes.pop3_port), timeout=20))
    assert fetching.line().startswith("+OK")
    fetching.send(f"USER alice@crepes.test\r\nPASS {word}\r\n".encode())
    assert [fetching.line()[:3] for _ in range(2)] == ["+OK", "+OK"]
    two_processes.process.send_signal(signal.SIGTERM)
    assert client.line() == "* BYE Shutting down, come back soon"
    assert two_processes.process.wait(20) == 0
    client.close()
    assert fetching.line() == "-ERR [SYS/TEMP] Shutting down, come back soon"
    fetching.close()
    assert not MaildropLease.objects.exists()
