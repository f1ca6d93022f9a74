"""`import_mail`: mail from files into an account."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webmail.models import Account
from webmail.store.bring import Brought, bring

_BAR = 30
_REASONS_SHOWN = 50


class Command(BaseCommand):
    help = "Import mbox files, .eml files, folders of either, or a Maildir; what is there already is left out"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        parser.add_argument("path", nargs="+", type=Path)
        parser.add_argument("--folder", default="", help="where to; made when missing (default: Inbox)")

    def handle(self, *_args: Any, **options: Any) -> None:
        account = Account.objects.filter(address=options["address"].lower()).first()
        if account is None:
            raise CommandError(f"there is no account {options['address']}")
        total = Brought()
        for path in options["path"]:
            if not path.exists():
                raise CommandError(f"{path} does not exist")
            brought = bring(account.pk, path, options["folder"], self._progress)
            total.added += brought.added
            total.known += brought.known
            total.refused += brought.refused
        self._report(total)

    def _progress(self, done: int, total: int) -> None:
        """Draw the bar, where somebody looks."""
        if not sys.stderr.isatty():
            return
        share = done / total if total else 1
        bar = "█" * round(_BAR * share)
        end = "\n" if done >= total else ""
        self.stderr.write(f"\r{bar:·<{_BAR}} {share:4.0%}", ending=end)
        self.stderr.flush()

    def _report(self, total: Brought) -> None:
        self.stdout.write(
            f"{total.added} imported, {total.known} there already, {len(total.refused)} refused"
        )
        for refused in total.refused[:_REASONS_SHOWN]:
            self.stdout.write(f"  {refused.source} {refused.reason}")
        if len(total.refused) > _REASONS_SHOWN:
            self.stdout.write(f"  and {len(total.refused) - _REASONS_SHOWN} more")
