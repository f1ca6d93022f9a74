"""`export_mail`: an account's mail into an mbox file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webmail.models import Account
from webmail.store import queries
from webmail.store.bring import export


class Command(BaseCommand):
    help = "Write all messages, or those of a folder, to an mbox file; each message once"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        parser.add_argument("path", type=Path)
        parser.add_argument("--folder", default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        account = Account.objects.filter(address=options["address"].lower()).first()
        if account is None:
            raise CommandError(f"there is no account {options['address']}")
        mailbox_id = None
        if options["folder"]:
            mailbox_id = queries.mailbox_by_path(account.pk, options["folder"])
            if mailbox_id is None:
                raise CommandError(f"there is no folder {options['folder']}")
        with options["path"].open("xb") as stream:
            count = export(account.pk, stream, mailbox_id)
        self.stdout.write(f"{count} exported")
