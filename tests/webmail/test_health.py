"""/healthz says what works."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from django.test import Client
from pytest_django import Settings

from webmail import heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no beat had been written by this process yet."""
    monkeypatch.setattr(heartbeat._Pulse, "written_at", -1e9)


@contextmanager
def _greeting(words: bytes) -> Iterator[str]:
    """Somebody who greets once, and where."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.sendall(words)
                peer.recv(64)

        thread = threading.Thread(target=greet)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


@pytest.fixture
def greeter(settings: Settings) -> Iterator[None]:
    """Somebody who answers as an SMTP server does, somebody as an IMAP server, somebody as a POP3 server."""
    with (
        _greeting(b"220 crepes.test ESMTP\r\n") as smtp,
        _greeting(b"* OK ready\r\n") as imap,
        _greeting(b"+OK ready\r\n") as pop3,
    ):
        settings.SMTP_PROBE, settings.IMAP_PROBE, settings.POP3_PROBE = smtp, imap, pop3
        yield


@pytest.mark.usefixtures("greeter")
def test_well_when_every_part_is(client: Client) -> None:
    heartbeat.beat()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "parts": {"web": "ok", "database": "ok", "smtp": "ok", "imap": "ok", "pop3": "ok", "worker": "ok"},
    }


@pytest.mark.usefixtures("greeter")
def test_a_worker_silent_for_too_long_is_broken(client: Client) -> None:
    with mock.patch("time.time", return_value=1_000_000.0):
        heartbeat.beat()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"] == "broken"


@pytest.mark.parametrize("part", ["smtp", "imap", "pop3"])
def test_no_mail_server_is_broken(client: Client, settings: Settings, part: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        nowhere = f"127.0.0.1:{unused.getsockname()[1]}"
    settings.SMTP_PROBE = settings.IMAP_PROBE = settings.POP3_PROBE = nowhere
    heartbeat.beat()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "broken"
    assert answer.json()["parts"][part] == "broken"


@pytest.mark.usefixtures("greeter")
def test_what_is_not_installed_is_not_named(client: Client, settings: Settings) -> None:
    probe = settings.POP3_PROBE
    settings.POP3_PROBE = ""
    assert "pop3" not in client.get("/healthz").json()["parts"]
    settings.POP3_PROBE = probe
    assert client.get("/healthz").json()["parts"]["pop3"] == "ok"
