"""A running server and a client that is logged in for each test that asks."""

from collections.abc import Iterator

import pytest

from .memory import RawClient, RunningServer, running


@pytest.fixture
def server() -> Iterator[RunningServer]:
    with running() as run:
        yield run


@pytest.fixture
def client(server: RunningServer) -> Iterator[RawClient]:
    raw = RawClient(server.connect())
    assert raw.log_in().startswith("+OK")
    yield raw
    raw.close()
