"""`demo`: two complete mail servers on this machine, with people who write to each other."""

import asyncio
import os
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from webmail.demo.fill import RESIDENTS
from webmail.demo.letters import PEOPLE
from webmail.demo.servers import Server, command, two_servers
from webmail.supervisor import Part, Supervisor, wait_until_well

_MANAGE = settings.BASE_DIR / "manage.py"


class Command(BaseCommand):
    help = "Run two mail servers, crepes.test and hamburger.test, with sample mail; Ctrl-C stops them"
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        data = Path(os.environ.get("DEMO_DATA_DIR") or "var/demo").resolve()
        servers = two_servers(int(os.environ.get("DEMO_BASE_PORT") or 8000))
        environments = {server: server.environment(data, peer) for server, peer in (servers, servers[::-1])}
        self._fill(environments)
        parts = [
            Part(server.name, command(_MANAGE, "up"), environment)
            for server, environment in environments.items()
        ]
        asyncio.run(Supervisor(parts, self._say).run(lambda: self._announce(servers)))

    def _fill(self, environments: dict[Server, Any]) -> None:
        """Make the people and their letters, on both servers at once."""
        fillers = [
            subprocess.Popen(command(_MANAGE, "fill_demo", server.domain), env=os.environ | environment)
            for server, environment in environments.items()
        ]
        statuses = [filler.wait() for filler in fillers]
        if any(statuses):
            raise CommandError("the sample mail could not be made, see above")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    async def _announce(self, servers: tuple[Server, Server]) -> None:
        """Print who can sign in where, once everything answers."""
        for server in servers:
            await wait_until_well(server.site_url)
        self._say("")
        for server in servers:
            people = ", ".join(PEOPLE[name].spec for name in RESIDENTS[server.domain])
            self._say(f"  {server.site_url}/  {people}")
            doors = f"IMAP at {server.imap}, POP3 at {server.pop3}, SMTP at {server.submission}"
            self._say(f"  Mail programs: {doors}, with STARTTLS.")
        password = os.environ.get("DEMO_PASSWORD", "postillion")
        self._say(f"  The password of all is {password}. Ctrl-C stops both servers; the mail is kept.")
        self._say("\nready")
