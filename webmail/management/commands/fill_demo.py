"""`fill_demo`: the demo's people and letters for one of its domains; used by `demo`."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webmail.demo.fill import RESIDENTS, fill
from webmail.management.commands.up import prepare


class Command(BaseCommand):
    help = "Fill this installation with the demo's people and letters, once"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("domain", choices=sorted(RESIDENTS))

    def handle(self, *_args: Any, **options: Any) -> None:
        prepare(verbosity=0)
        count = fill(options["domain"], os.environ.get("DEMO_PASSWORD", "postillion"))
        if count:
            self.stdout.write(f"{options['domain']}: {count} messages")
