"""/healthz says what works."""

import socket
import threading
from collections.abc import Iterator
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


@pytest.fixture
def greeter(settings: Settings) -> Iterator[None]:
    """Somebody who answers as an SMTP server does, once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.sendall(b"220 crepes.test ESMTP\r\n")
                peer.recv(64)

        thread = threading.Thread(target=greet)
        thread.start()
        settings.SMTP_PROBE = f"127.0.0.1:{listener.getsockname()[1]}"
        yield
        thread.join()


@pytest.mark.usefixtures("greeter")
def test_well_when_every_part_is(client: Client) -> None:
    heartbeat.beat()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "parts": {"web": "ok", "database": "ok", "smtp": "ok", "worker": "ok"},
    }


@pytest.mark.usefixtures("greeter")
def test_a_worker_silent_for_too_long_is_broken(client: Client) -> None:
    with mock.patch("time.time", return_value=1_000_000.0):
        heartbeat.beat()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"] == "broken"


def test_no_smtp_server_is_broken(client: Client, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        settings.SMTP_PROBE = f"127.0.0.1:{unused.getsockname()[1]}"
    heartbeat.beat()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "broken"
    assert answer.json()["parts"]["smtp"] == "broken"
