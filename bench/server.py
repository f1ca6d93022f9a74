"""A Postillion of a script's own: data in a directory of its own, ports that nobody uses, nothing shared."""

import contextlib
import os
import secrets
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from .processes import LOOPBACK, Child, NotReadyError, free_port, wait_for_port

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a password of the bench"
_HEALTHY_SECONDS = 90
_LISTENERS = ("HTTP", "SMTP", "SUBMISSION", "IMAP", "POP3")
_COUNT = """
    SELECT count(*) FROM webmail_mailboxmessage AS placement
    JOIN webmail_mailbox AS mailbox ON mailbox.id = placement.mailbox_id
    JOIN webmail_account AS account ON account.id = mailbox.account_id
    WHERE mailbox.role = 'inbox' AND account.address = {mark}
"""
_QUEUED = "SELECT count(*) FROM webmail_outboundrecipient WHERE state IN ('waiting', 'sending')"
_RELEASE = "UPDATE webmail_outboundrecipient SET next_attempt_at = {now} WHERE state = 'waiting'"
# What the script's own environment may hold, and this server must not inherit.
_FOREIGN = {"DATA_DIR", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MAIL_ROUTES", "DNS_RESOLVER", "WORKERS"}
# One client makes the load of hundreds: the limits of each address would answer in the server's place.
_NO_CLIENT_LIMITS = {
    "SMTP_CONNECTIONS_PER_IP": "1000",
    "SMTP_CONNECTIONS_PER_MINUTE": "1000000",
}


class Server:
    """One installation below `home`; `settings` add to its environment (docs/operations.md)."""

    def __init__(self, home: Path, domain: str, settings: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.home.mkdir(parents=True, exist_ok=True)
        self.domain = domain
        self.ports = {name: free_port() for name in _LISTENERS}
        listen = {f"{name}_LISTEN": f"{LOOPBACK}:{port}" for name, port in self.ports.items()}
        self.environment = {
            "DATA_DIR": str(home / "data"),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "MAIL_DOMAINS": domain,
            "MAIL_HOSTNAME": f"mail.{domain}",
            "SITE_URL": f"http://{LOOPBACK}:{self.ports['HTTP']}",
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "webmail.settings",
            **listen,
            **_NO_CLIENT_LIMITS,
            **(settings or {}),
        }
        self.environment = {name: value for name, value in self.environment.items() if value}
        self.children: list[Child] = []

    @property
    def site(self) -> str:
        """The address of its pages."""
        return self.environment["SITE_URL"]

    def manage(self, *arguments: str, text: str = "") -> str:
        """Run one management command to its end, and return what it printed."""
        return self.run("manage.py", *arguments, text=text)

    def run(self, *arguments: str, text: str = "") -> str:
        """Run our Python with these arguments in the server's environment, from the project's root."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._whole_environment(),
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def _whole_environment(self) -> dict[str, str]:
        """Ours, without what would make this another server than its settings say."""
        inherited = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        return {**inherited, **self.environment}

    def prepare(self, *people: str) -> None:
        """Make the database and, with the password PASSWORD, the people by their addresses."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("createcachetable")
        for address in people:
            self.manage("adduser", address, "--password-stdin", text=f"{PASSWORD}\n")

    def start(self, *arguments: str, ready: str) -> Child:
        """Start a management command, and return when its listener (as "SMTP") accepts connections."""
        log = self.home / f"{arguments[0]}.log"
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        child = Child(command, log, self._whole_environment(), ROOT)
        self.children.append(child)
        wait_for_port(self.ports[ready], hint=f"(see {log})")
        return child

    def start_all(self) -> Child:
        """Start every part as `make run` does, and return the supervisor when all of them answer."""
        child = self.start("up", ready="HTTP")
        deadline = time.monotonic() + _HEALTHY_SECONDS
        while time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.site}/healthz", timeout=5) as answer,
            ):
                if answer.status == 200:
                    return child
            time.sleep(0.2)
        raise NotReadyError(f"{self.site}/healthz finds a part that doesn't work (see {child.log})")

    def stop(self) -> None:
        """End what was started."""
        for child in reversed(self.children):
            child.stop()

    def count(self, address: str) -> int:
        """How many messages stand in the inbox of `address`, read from the database as committed."""
        mark = "%s" if self._url else "?"
        with self._database() as database:
            return int(database.execute(_COUNT.format(mark=mark), [address]).fetchone()[0])

    def count_queue(self) -> int:
        """How many copies still have to go out."""
        with self._database() as database:
            return int(database.execute(_QUEUED).fetchone()[0])

    def release_queue(self) -> None:
        """Make all that waits due; nobody is woken for it, the next sweep finds it."""
        now = "now()" if self._url else "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
        with self._database() as database:
            database.execute(_RELEASE.format(now=now))
            database.commit()

    @property
    def _url(self) -> str:
        return self.environment.get("DATABASE_URL", "")

    @contextlib.contextmanager
    def _database(self) -> Iterator[Any]:
        """Open the server's database, past its code."""
        path = Path(self.environment["DATA_DIR"]) / "postillion.sqlite3"
        opened = psycopg.connect(self._url) if self._url else sqlite3.connect(path, timeout=20)
        with contextlib.closing(opened) as database:
            yield database


class Database:
    """A PostgreSQL database for one run, on the server at `url`; dropped at the end."""

    def __init__(self, url: str) -> None:
        self._admin = url
        self._name = f"bench_{secrets.token_hex(4)}"
        self.url = url.rpartition("/")[0] + f"/{self._name}"

    def __enter__(self) -> "Database":
        with psycopg.connect(self._admin, autocommit=True) as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                (value,) = connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone()
                if value != "on":
                    raise ValueError(f"{name} is {value}: figures of such a server say nothing")
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._name)))
        return self

    def __exit__(self, *_: object) -> None:
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._name)))
