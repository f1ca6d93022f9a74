"""`reset_second_factor`: help somebody who lost phone, passkeys and recovery codes, an administrator too."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webmail.models import User
from webmail.store import second_factor


class Command(BaseCommand):
    help = "Take a person's second step away: they sign in by password, and set it up anew"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *_args: Any, **options: Any) -> None:
        person = User.objects.filter(address=options["address"].lower()).first()
        if person is None:
            raise CommandError(f"nobody signs in as {options['address']}")
        second_factor.reset(person)
        self.stdout.write(f"{person.address} signs in by password alone")
