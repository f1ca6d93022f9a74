"""`adduser`: a person with an account, from the command line."""

import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from mailserver.message.address import AddressError, normalise
from webmail.management.commands.up import prepare
from webmail.models import User
from webmail.store import mailboxes, signing_keys


class Command(BaseCommand):
    help = "Make a person and their mail account; the domain is made when missing"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")
        parser.add_argument("--password-stdin", action="store_true", required=True, help="read one line")
        parser.add_argument("--name", default="", help="as others shall see it")
        parser.add_argument("--superuser", action="store_true", help="may use the administration, /admin/")
        parser.add_argument("--if-missing", action="store_true", help="an address that exists is no error")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            address = normalise(options["address"])
        except AddressError as error:
            raise CommandError(str(error)) from error
        # It may be the very first command on a new machine.
        prepare(verbosity=0)
        if User.objects.filter(address=address).exists():
            if not options["if_missing"]:
                raise CommandError(f"{address} exists already")
            return
        make = User.objects.create_superuser if options["superuser"] else User.objects.create_user
        password = self._password()
        with transaction.atomic():
            user = make(address, password, name=options["name"])
            mailboxes.create_account(user, address, options["name"])
        signing_keys.make_missing()
        self.stdout.write(f"{address} can sign in and receive mail")

    def _password(self) -> str:
        password = sys.stdin.readline().rstrip("\r\n")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
