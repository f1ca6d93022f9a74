"""Who answers at a port, and what a certificate shows."""

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailserver.dns import Resolver
from mailserver.setup import certificate, reach
from tests.certificate import server_context
from tests.names import Names

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def says() -> Iterator[tuple[int, list[bytes]]]:
    """A port at which each connection is told what stands in the list, and then cut."""
    words: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"".join(words))

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], words
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("told", "heard"),
    [(b"220 mx.test ESMTP\r\nmore", "220 mx.test ESMTP"), (b"", ""), (b"x" * 5000, "x" * 512)],
)
def test_the_first_line_of_a_server(says: tuple[int, list[bytes]], told: bytes, heard: str) -> None:
    port, words = says
    words.append(told)
    assert reach.greeting("127.0.0.1", port, 2) == heard


def test_the_first_peer_that_greets_is_enough(says: tuple[int, list[bytes]]) -> None:
    port, words = says
    with socket.create_server(("127.0.0.1", 0)) as taken:
        shut = taken.getsockname()[1]
    with Names({"nobody.test": {"MX": ["10 nowhere.test."]}}) as names:
        peers = ["nobody.test", "unknown.test", f"127.0.0.1:{shut}", f"127.0.0.1:{port}"]
        ask = Resolver(names.server, lifetime=1)
        assert reach.first_that_greets(ask, peers, 1) == ""
        words.append(b"554 go away\r\n")
        assert reach.first_that_greets(ask, peers, 1) == ""
        words[:] = [b"220 hello\r\n"]
        assert reach.first_that_greets(ask, peers, 1) == f"127.0.0.1:{port}"


def test_a_certificate_says_for_whom_and_until_when(tmp_path: Path) -> None:
    server_context(tmp_path, "*.crepes.test")
    facts = certificate.read(tmp_path / "certificate.pem")
    assert facts.names == ("*.crepes.test",)
    assert certificate.faults(facts, ["mx.crepes.test"], NOW) == ["expires", "self-signed"]
    assert certificate.faults(facts, ["a.mx.crepes.test"], NOW - dt.timedelta(days=300))[:1] == ["names"]
    assert certificate.faults(facts, [], NOW + dt.timedelta(days=2))[0] == "expired"
    (tmp_path / "odd.pem").write_text("no certificate")
    with pytest.raises(ValueError, match="PEM"):
        certificate.read(tmp_path / "odd.pem")
