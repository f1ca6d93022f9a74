"""Servers of the web that are not what they should be."""

import ssl
from collections.abc import Callable, Iterator

import pytest

from tests.web_peer import Script, Server


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start servers that end with the test."""
    started: list[Server] = []

    def start(*scripts: Script | bytes, tls: ssl.SSLContext | None = None) -> Server:
        started.append(Server(*scripts, tls=tls))
        return started[-1]

    yield start
    for server in started:
        server.close()
