"""`up`: the whole mail server in one command: web, SMTP, IMAP, POP3 and worker, restarted when one dies."""

import asyncio
import io
import sys
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections

from webmail.store import domains, signing_keys
from webmail.supervisor import Part, Supervisor, wait_until_well


def parts() -> list[Part]:
    """The processes of an embedded installation."""
    host, _, port = settings.HTTP_LISTEN.rpartition(":")
    manage = (sys.executable, str(settings.BASE_DIR / "manage.py"))
    web = ("-m", "granian", "--interface", "asginl", "--no-ws", "--host", host.strip("[]"), "--port", port)
    limits = (
        "--workers-kill-timeout",
        "5",
        "--log-level",
        "warning",
        "--working-dir",
        str(settings.BASE_DIR),
    )
    return [
        Part("web", (sys.executable, *web, *limits, "webmail.asgi:application")),
        Part("smtp", (*manage, "run_smtp")),
        Part("imap", (*manage, "run_imap")),
        *([Part("sieve", (*manage, "run_managesieve"))] if settings.MANAGESIEVE_LISTEN else []),
        *(Part(f"worker{number or ''}", _worker(number)) for number in range(settings.WORKERS)),
    ]


def _worker(number: int) -> tuple[str, ...]:
    """A queue worker; the first one is the clock too."""
    celery = (sys.executable, "-m", "celery", "-A", "webmail", "--workdir", str(settings.BASE_DIR), "-q")
    worker = (
        "worker",
        "--loglevel",
        "INFO",
        "-n",
        f"{number}@%h",
    )
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    clock = () if number else ("--clock",)
    return (*celery, *worker, *quiet, *clock)


def prepare(verbosity: int) -> None:
    """Bring database, cache and domains in step with the code and the settings."""
    call_command("check", tags=[Tags.database], databases=["default"], stdout=io.StringIO())
    call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=verbosity)
    for name in settings.MAIL_DOMAINS:
        domains.ensure(name)
    signing_keys.make_missing()
    connections.close_all()


class Command(BaseCommand):
    help = "Run the whole mail server: web, SMTP, IMAP, POP3 and worker"
    # `prepare` runs the one check that matters here; all of them would load every page first.
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **options: Any) -> None:
        prepare(max(options["verbosity"] - 1, 0))
        asyncio.run(Supervisor(parts(), self._say).run(self._announce))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    async def _announce(self) -> None:
        """Say `ready` once all parts answer."""
        await wait_until_well(f"http://{settings.HTTP_PROBE}")
        doors = {
            "SMTP": settings.SMTP_LISTEN,
            "submission": settings.SUBMISSION_LISTEN,
            "IMAP": settings.IMAP_LISTEN,
            "POP3": settings.POP3_LISTEN,
        }
        where = ", ".join(f"{name} on {listen}" for name, listen in doors.items() if listen)
        self._say(f"Postillion is ready: {settings.SITE_URL}, {where}")
