"""`check_store`: is everything that is kept right?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webmail.store import check


class Command(BaseCommand):
    help = "Verify counters, conversations, uids and raw bytes; says what is wrong and ends with 1"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quick", action="store_true", help="don't read the raw bytes")

    def handle(self, *_args: Any, **options: Any) -> None:
        count = 0
        for problem in check.problems(bytes_too=not options["quick"]):
            count += 1
            self.stdout.write(problem)
        if count:
            self.stderr.write(f"{count} problems")
            sys.exit(1)
        self.stdout.write("Everything is right")
