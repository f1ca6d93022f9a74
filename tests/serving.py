"""The site in a process of its own, on the test's database."""

import os
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


@contextmanager
def serving(application: str, log: Path, **environment: str) -> Iterator[str]:
    """Serve an ASGI application from the test database as the product does; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host, port = probe.getsockname()
    address = f"{host}:{port}"
    environment |= {"DATABASE_URL": _database_url(), "HTTP_LISTEN": address, "SITE_URL": ""}
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "--no-ws"]
    command += ["--host", host, "--port", str(port), application]
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=output, stderr=output)
    try:
        _await(f"http://{address}/sign-in/", process)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(10)


def _database_url() -> str:
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    host, port = chosen["HOST"] or "127.0.0.1", chosen["PORT"] or 5432
    return f"postgres://{chosen['USER']}:{chosen['PASSWORD']}@{host}:{port}/{chosen['NAME']}"


def _await(url: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server didn't start")
