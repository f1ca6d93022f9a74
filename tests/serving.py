"""The site in a process of its own, on the test's database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from django.db import connection

START_SECONDS = 30


class Serving:
    """An ASGI application served from the test database as the product does, at one address for good."""

    def __init__(self, application: str, log: Path, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            host, self.port = probe.getsockname()
        self.address, self.log = f"http://{host}:{self.port}", log
        listen = f"{host}:{self.port}"
        self.environment = environment | {"HTTP_LISTEN": listen, "SITE_URL": ""}
        self.command = [sys.executable, "-m", "granian", "--interface", "asginl", "--no-ws"]
        self.command += ["--host", host, "--port", str(self.port), application]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = os.environ | self.environment | {"DATABASE_URL": _database_url()}
        with self.log.open("ab") as output:
            # A session of its own, so that it can be killed with all that it started.
            self.process = subprocess.Popen(
                self.command, env=environment, stdout=output, stderr=output, start_new_session=True
            )
        _await(f"{self.address}/sign-in/", self.process)

    def stop(self) -> None:
        """End it as an operator does."""
        if self.process:
            self.process.terminate()
            self.process.wait(10)

    def kill(self) -> None:
        """End all of its processes where they stand; nothing when they are gone."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


@contextmanager
def serving(application: str, log: Path, **environment: str) -> Iterator[str]:
    """Serve an application for a while; its address."""
    site = Serving(application, log, **environment)
    try:
        site.start()
        yield site.address
    finally:
        site.stop()


def _database_url() -> str:
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    host, port = chosen["HOST"] or "127.0.0.1", chosen["PORT"] or 5432
    return f"postgres://{chosen['USER']}:{chosen['PASSWORD']}@{host}:{port}/{chosen['NAME']}"


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server didn't start")
