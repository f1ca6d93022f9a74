"""Two servers for all flows: crepes.test and hamburger.test.

crepes.test believes the certificate of hamburger.test; its own is of its own making.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
import pytest
from django.conf import settings

from tests.certificate import Authority
from tests.logs import LogWatch

from .servers import PASSWORD, Installation
from .visitor import Visitor

# Said of a web server that is stopped while a stream is open.
ALLOWED = r"refused to gracefully stop"
# The loopback by a name that has to be proven: 127.0.0.1 has not, nobody else is on that wire.
PLACE = "127.1"


@dataclass
class World:
    """The two servers, and who lives there."""

    crepes: Installation
    hamburger: Installation

    def alice(self) -> Visitor:
        """Alice, signed in at her server."""
        return Visitor(self.crepes.site, "alice@crepes.test", PASSWORD)

    def bob(self) -> Visitor:
        """Bob, signed in at his."""
        return Visitor(self.hamburger.site, "bob@hamburger.test", PASSWORD)


def _scaled(number: int) -> dict[str, str]:
    """A PostgreSQL database and a Redis of its own for each server, where the suite runs on these."""
    # Each file may be run by another process.
    number += 2 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    more: dict[str, str] = {}
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("postgresql"):
        host, port = database["HOST"] or "127.0.0.1", database["PORT"] or 5432
        user, password, name = database["USER"], database["PASSWORD"], f"test_flows_{number}"
        base = f"postgres://{user}:{password}@{host}:{port}"
        with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {name}".encode())
        more["DATABASE_URL"] = f"{base}/{name}"
    if settings.REDIS_URL:
        # Past those of the test processes, of which there are four at most.
        server, _, chosen = settings.REDIS_URL.rpartition("/")
        more["REDIS_URL"] = f"{server}/{int(chosen) + 4 + number}"
    return more


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("flows")
    crepes = Installation("crepes.test", folder, _scaled(0))
    hamburger = Installation("hamburger.test", folder, _scaled(1))
    crepes.environment["MAIL_ROUTES"] = f"hamburger.test={PLACE}:{hamburger.smtp_port}"
    hamburger.environment["MAIL_ROUTES"] = f"crepes.test={PLACE}:{crepes.smtp_port}"
    authority = Authority(folder)
    chain, key = authority.issue(PLACE)
    hamburger.environment |= {"TLS_CERT": str(chain), "TLS_KEY": str(key)}
    crepes.environment["SSL_CERT_FILE"] = str(authority.write())
    world = World(crepes, hamburger)
    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(Installation.start, (crepes, hamburger)))
        crepes.add("alice@crepes.test")
        hamburger.add("bob@hamburger.test")
        yield world
    finally:
        crepes.stop()
        hamburger.stop()


@pytest.fixture
def world(running: World, log_watch: LogWatch) -> World:
    """The servers; a test fails on what they log unexpectedly while it runs."""
    log_watch.allow(ALLOWED)
    for server in (running.crepes, running.hamburger):
        log_watch.watch_file(server.log, since=server.log.stat().st_size)
    return running
