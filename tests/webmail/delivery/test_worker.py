"""A real Celery worker: the broker may forget everything, and what is due still goes out.

The broker is that of the run: a folder, or Redis where REDIS_URL is set.
"""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from tests.logs import LogWatch
from tests.mail import arrive, do, letter
from tests.peer import Peer, Slow
from tests.people import Person
from tests.waiting import until
from webmail.delivery import onward
from webmail.models import DeliveryAttempt, MailboxMessage, Message, OutboundRecipient
from webmail.store import blobs

from .conftest import Send

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.django_db(transaction=True)


class Worker:
    """A worker with its beat, on the test's database; what it logs is watched."""

    def __init__(self, folder: Path, routes: str, watch: LogWatch) -> None:
        self.folder = folder
        self.redis_url = os.environ.get("REDIS_URL", "")
        self.log = watch.watch_file(folder / "worker.log")
        self.environment = os.environ | {
            "DATABASE_URL": _database_url(),
            "DATA_DIR": str(folder),
            "MAIL_ROUTES": routes,
            "MAIL_HOSTNAME": "mx.crepes.test",
            "RETRY_SCHEDULE": "1",
            "DELIVERY_LEASE": "3",
            "WORKER_THREADS": "4",
            "SECRET_KEY": settings.SECRET_KEY,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "webmail", "-q", "worker", "--clock"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *quiet],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill the worker, as the supervisor would."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def forget(self) -> None:
        """Lose all that the broker has."""
        if self.redis_url:
            Celery(broker=self.redis_url).connection().default_channel.client.flushdb()
        else:
            for path in (self.folder / "broker" / "tasks").glob("*"):
                path.unlink(missing_ok=True)


def _database_url() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    login = f"{values['USER']}:{values['PASSWORD']}" if values["PASSWORD"] else values["USER"]
    return f"postgres://{login}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


@pytest.fixture
def worker(tmp_path: Path, peer: Peer, log_watch: LogWatch) -> Iterator[Worker]:
    made = Worker(tmp_path, f"hamburger.test=127.0.0.1:{peer.port}", log_watch)
    made.forget()
    made.start()
    yield made
    made.stop()


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what has to come; on a crowded machine a worker alone takes half a minute to start."""
    until(condition, 180)


def states() -> list[str]:
    return list(OutboundRecipient.objects.order_by("pk").values_list("state", flat=True))


def test_what_is_due_goes_out(worker: Worker, peer: Peer, send: Send) -> None:
    send("bob@hamburger.test")
    eventually(lambda: states() == ["delivered"])
    assert len(peer.messages) == 1


def test_what_is_snoozed_comes_back_at_its_time(worker: Worker, alice: Person) -> None:
    added = arrive(alice.account.pk, letter())
    do("snooze", alice.account.pk, [added.thread_id], until=timezone.now() + timedelta(seconds=1))
    inbox = MailboxMessage.objects.filter(mailbox_id=alice.mailbox("inbox"), surfaced_at__isnull=False)
    eventually(inbox.exists)


def test_a_broker_that_forgets_loses_nothing(worker: Worker, peer: Peer, send: Send) -> None:
    send("bob@hamburger.test")
    eventually(lambda: states() == ["delivered"])
    worker.forget()
    send("bob@hamburger.test")
    worker.forget()
    eventually(lambda: states() == ["delivered"] * 2)
    assert len(peer.messages) == 2


def test_a_killed_workers_letter_goes_again(worker: Worker, peer: Peer, send: Send) -> None:
    peer.connections = [{"RCPT": Slow(30, "250 ok")}, {}]
    send("bob@hamburger.test")
    # Claimed is not yet dialled: killed in between, the second worker would meet the slow connection.
    eventually(lambda: peer.connection_count == 1 and any("RCPT" in line for line in peer.commands[0]))
    assert states() == ["sending"]
    worker.kill()
    worker.start()
    eventually(lambda: states() == ["delivered"])
    assert len(peer.messages) == 1


def test_a_peer_that_comes_back_gets_its_letter(worker: Worker, peer: Peer, send: Send) -> None:
    peer.answers = {"banner": "421 4.3.2 not now"}
    send("bob@hamburger.test")
    eventually(lambda: len(peer.commands) >= 2)
    peer.answers = {}
    eventually(lambda: states() == ["delivered"])


def test_a_peer_that_never_comes_back_ends_in_a_report(
    worker: Worker, peer: Peer, send: Send, alice: Person, settings: Settings
) -> None:
    settings.GIVE_UP = 4
    peer.answers = {"banner": "421 4.3.2 not now"}
    send("bob@hamburger.test")
    eventually(lambda: states() == ["failed"])
    report = Message.objects.get(placements__mailbox_id=alice.mailbox("inbox"))
    assert report.preview.startswith("The message to bob@hamburger.test could not be delivered within ")
    assert peer.commands


def test_a_thousand_to_a_silent_domain_keep_ten_to_a_good_one_from_nothing(
    tmp_path: Path, peer: Peer, alice: Person, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onward, "kick", lambda _domains: None)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        owe_to(alice, "dead.test", 1000)
        owe_to(alice, "hamburger.test", 10)
        ports = {"dead.test": silent.getsockname()[1], "hamburger.test": peer.port}
        routes = ",".join(f"{domain}=127.0.0.1:{port}" for domain, port in ports.items())
        worker = Worker(tmp_path, routes, log_watch)
        worker.environment["RETRY_SCHEDULE"] = "300"
        worker.forget()
        worker.start()
        try:
            good = OutboundRecipient.objects.filter(domain="hamburger.test", state="delivered")
            eventually(lambda: good.count() == 10)
            # All ten went while the first of the thousand waited for a word; nobody else was sent there.
            assert not DeliveryAttempt.objects.filter(
                recipient__domain="dead.test", finished_at__isnull=False
            ).exists()
            eventually(lambda: select.select([silent], [], [], 0)[0] == [silent])
            dialled, _ = silent.accept()
            dialled.close()
            eventually(
                lambda: not OutboundRecipient.objects.filter(domain="dead.test", attempt_count=0).exists()
            )
            with pytest.raises(BlockingIOError):
                silent.accept()
        finally:
            worker.stop()


def owe_to(person: Person, domain: str, count: int) -> None:
    with transaction.atomic():
        [blob] = blobs.save_many([b"Subject: hi\r\n\r\nhello\r\n"])
        owed = [
            onward.Onward(person.account.pk, f"{domain} {number}", blob.pk, f"user{number}@{domain}")
            for number in range(count)
        ]
        onward.enqueue(owed, timezone.now())
