"""Statements of each page, in a process that has a server's environment: how many, whatever the mailbox.

python -m bench.web_statements ADDRESS      (bench.web_compare runs it for each size)
"""

import argparse
import json
from datetime import UTC, datetime

import django

from .generate import NEWEST, YEARS


def count(address: str) -> dict[str, int]:
    """Ask each page twice, and count the statements of the second time."""
    # The imports need a configured Django.
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from webmail.models import Account
    from webmail.store import queries

    account = Account.objects.select_related("user").get(address=address)
    middle = int((NEWEST - YEARS / 2 - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
    page = queries.mailbox_page(account.pk, queries.mailbox_by_role(account.pk, "inbox"), limit=1)
    paths = {
        "list": "/mail/inbox/",
        "deep": f"/mail/inbox/?before={middle}.0.1000",
        "all": "/mail/all/",
        "starred": "/mail/starred/",
        "conversation": f"/conversations/{page.rows[0].thread_id}/?in=inbox",
        "search": "/search/?q=subject:harbour",
        "changes": f"/changes/?since={account.modseq}&in=inbox",
    }
    web = Client(HTTP_HOST="127.0.0.1")
    web.force_login(account.user)
    found = {}
    for name, path in paths.items():
        web.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = web.get(path)
        if answer.status_code != 200:
            raise AssertionError(f"{path}: {answer.status_code}")
        found[name] = len(captured)
    return found


def main() -> None:
    """Count and say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address")
    options = parser.parse_args()
    django.setup()
    print(json.dumps(count(options.address)))


if __name__ == "__main__":
    main()
