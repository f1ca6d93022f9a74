"""`export_mail`: an account's mail into an mbox file, or all it keeps into a zip."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webmail.models import Account
from webmail.store import archive, queries
from webmail.store.bring import export


class Command(BaseCommand):
    help = (
        "Write all messages, or those of a folder, to an mbox file, each once;"
        " to a path that ends in .zip everything: folders, contacts, settings"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        parser.add_argument("path", type=Path)
        parser.add_argument("--folder", default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        account = Account.objects.filter(address=options["address"].lower()).first()
        if account is None:
            raise CommandError(f"there is no account {options['address']}")
        if options["path"].suffix == ".zip" and not options["folder"]:
            self._archive(account, options["path"])
            return
        mailbox_id = None
        if options["folder"]:
            mailbox_id = queries.mailbox_by_path(account.pk, options["folder"])
            if mailbox_id is None:
                raise CommandError(f"there is no folder {options['folder']}")
        with options["path"].open("xb") as stream:
            count = export(account.pk, stream, mailbox_id)
        self.stdout.write(f"{count} exported")

    def _archive(self, account: Account, path: Path) -> None:
        with path.open("xb") as stream:
            for piece in archive.stream(account):
                stream.write(piece)
        self.stdout.write(f"everything exported to {path}")
