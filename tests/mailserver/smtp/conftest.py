"""A running server and a raw client for each test that asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .memory import RawClient, RunningServer, running


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running(tmp_path) as run:
        yield run


@pytest.fixture
def client(server: RunningServer) -> Iterator[RawClient]:
    raw = RawClient(server.connect())
    yield raw
    raw.close()
