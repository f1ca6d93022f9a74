"""`rebuild_search`: index all mail again, as after a change of the index."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from webmail.store.reindex import rebuild


class Command(BaseCommand):
    help = "Build the full-text index anew; mail can arrive and be read meanwhile"

    def handle(self, *_args: Any, **_options: Any) -> None:
        done = 0
        for done, total in rebuild():
            if sys.stderr.isatty():
                self.stderr.write(f"\r{done} of {total}", ending="\n" if done == total else "")
                self.stderr.flush()
        self.stdout.write(f"{done} messages indexed")
