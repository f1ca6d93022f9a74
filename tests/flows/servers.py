"""Two complete mail servers as processes, each started by `up`, on free ports with data of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from webmail.demo.servers import Server

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "correct horse battery staple"
START_SECONDS = 120


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def wait_for[T](wanted: Callable[[], T], seconds: float = 60) -> T:
    """What `wanted` answers once it is true; fails when that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := wanted()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.2)
    return found


class Installation:
    """One server: started, stopped, and looked at from outside only."""

    def __init__(self, domain: str, folder: Path, more: dict[str, str]) -> None:
        self.domain = domain
        self.log = folder / f"{domain}.log"
        web, smtp, submission, imap, pop3 = free_ports(5)
        self.site, self.smtp, self.smtp_port = f"http://127.0.0.1:{web}", f"127.0.0.1:{smtp}", smtp
        self.imap = f"127.0.0.1:{imap}"
        self.pop3 = ("127.0.0.1", pop3)
        self.submission = ("127.0.0.1", submission)
        self.environment = {
            **Server(domain, domain, web).environment(folder, Server("", "", 0)),
            "SMTP_LISTEN": self.smtp,
            "SUBMISSION_LISTEN": f"127.0.0.1:{submission}",
            "IMAP_LISTEN": self.imap,
            "POP3_LISTEN": f"127.0.0.1:{pop3}",
            "RETRY_SCHEDULE": "1,1,2",
            **more,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **changed: str) -> None:
        """Start `up` and wait until all of it works."""
        environment = os.environ | self.environment | changed
        with self.log.open("ab") as log:
            command = [sys.executable, str(ROOT / "manage.py"), "up"]
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)
        wait_for(lambda: self.health().get("status") == "ok", START_SECONDS)

    def stop(self) -> None:
        """Stop it as an operator does."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            assert self._process.wait(60) == 0
            self._process = None

    def add(self, address: str) -> None:
        """Make a person with an account."""
        command = [sys.executable, str(ROOT / "manage.py"), "adduser", address, "--password-stdin"]
        environment = os.environ | self.environment
        subprocess.run(command, env=environment, input=PASSWORD, text=True, check=True, cwd=ROOT)

    def health(self) -> dict[str, object]:
        """What /healthz says; {} when nobody answers."""
        try:
            with urlopen(f"{self.site}/healthz", timeout=5) as answer:
                return json.load(answer)
        except HTTPError as error:
            return json.load(error)
        except OSError:
            return {}

    def parts(self, mark: str) -> list[int]:
        """The processes right below the supervisor whose command holds `mark`."""
        assert self._process
        listing = subprocess.run(
            ["ps", "--ppid", str(self._process.pid), "-o", "pid=,args="],
            capture_output=True,
            text=True,
            check=False,
        )
        return [int(line.split()[0]) for line in listing.stdout.splitlines() if mark in line]
