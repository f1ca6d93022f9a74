"""`dkim`: the keys that our domains sign their mail with, and the records that belong into the DNS."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mailserver.authenticity.sign import ED25519, RSA
from webmail.delivery import signing
from webmail.models import DkimKey
from webmail.store import signing_keys

_KINDS = {"rsa": RSA, "ed25519": ED25519}
_STRING = 255


class Command(BaseCommand):
    help = "Show, make, use and retire the keys that mail is signed with (DKIM)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        listing = verbs.add_parser("list", help="all keys, with the records that belong into the DNS")
        listing.add_argument("domain", nargs="*")
        make = verbs.add_parser("make", help="a new key, not in use before its record is in the DNS")
        make.add_argument("domain")
        make.add_argument("--kind", choices=_KINDS, default="rsa")
        activate = verbs.add_parser("activate", help="sign with this key, and with no other of its kind")
        activate.add_argument("domain")
        activate.add_argument("selector")
        activate.add_argument(
            "--unseen", action="store_true", help="although the DNS does not have its record"
        )
        retire = verbs.add_parser("retire", help="sign with this key no more")
        retire.add_argument("domain")
        retire.add_argument("selector")

    def handle(self, *_args: Any, **options: Any) -> None:
        verb = options.pop("verb")
        try:
            getattr(self, f"_{verb}")(options)
        except signing_keys.NoSuchKeyError as error:
            raise CommandError(f"there is no {error}") from error

    def _list(self, options: dict[str, Any]) -> None:
        for key in signing_keys.listing(options["domain"]):
            self._show(key)

    def _make(self, options: dict[str, Any]) -> None:
        key = signing_keys.make(options["domain"], _KINDS[options["kind"]])
        self.stdout.write("Put this record into the DNS, then activate the key:")
        self._show(key)

    def _activate(self, options: dict[str, Any]) -> None:
        domain, selector = options["domain"], options["selector"]
        if not options["unseen"] and not signing.is_published(domain, selector):
            raise CommandError(
                f"the DNS does not have the record of {selector}._domainkey.{domain}; "
                "--unseen activates the key all the same"
            )
        retired = signing_keys.activate(domain, selector)
        self.stdout.write(f"{domain} signs with {selector} from now on")
        for key in retired:
            self._say_retired(key.selector)

    def _retire(self, options: dict[str, Any]) -> None:
        signing_keys.retire(options["domain"], options["selector"])
        self._say_retired(options["selector"])

    def _say_retired(self, selector: str) -> None:
        until = signing.needed_until()
        self.stdout.write(f"{selector} is retired; leave its record in the DNS until {until:%F}")

    def _show(self, key: DkimKey) -> None:
        self.stdout.write(f"; {key.algorithm}, {_state(key)}")
        strings = [key.record[start : start + _STRING] for start in range(0, len(key.record), _STRING)]
        value = " ".join(f'"{string}"' for string in strings)
        self.stdout.write(f"{key.selector}._domainkey.{key.domain.name}. IN TXT ( {value} )")


def _state(key: DkimKey) -> str:
    def day(moment: datetime) -> str:
        return f"{moment:%F}"

    if key.retired_at:
        return f"retired {day(key.retired_at)}"
    return f"in use since {day(key.activated_at)}" if key.activated_at else "not in use"
