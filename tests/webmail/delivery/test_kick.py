"""Waking a worker never makes anybody wait, however the broker feels."""

import socket
import time
from collections.abc import Iterator

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from webmail.delivery import kick


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A broker that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = Celery("silent", broker=f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        app.conf.broker_transport_options = {"socket_connect_timeout": 1, "socket_timeout": 1}
        monkeypatch.setattr(kick, "app", app)
        yield


@pytest.mark.usefixtures("silent")
def test_a_kick_returns_at_once() -> None:
    started = time.monotonic()
    kick.kick(["hamburger.test", "x.test"])
    assert time.monotonic() - started < 0.2


@pytest.mark.usefixtures("silent")
def test_a_silent_broker_is_given_up_soon() -> None:
    started = time.monotonic()
    with pytest.raises((OperationalError, OSError)):
        kick.send("hamburger.test")
    assert time.monotonic() - started < 8
