"""The rules of an account as a Sieve script, with what it hands on and its answer while one is away."""

from collections.abc import Iterator, Mapping

from django.utils import timezone

import mailserver.sieve
from mailserver.query import parse
from mailserver.sieve import Filter, Reply
from webmail.models import Account, Rule

from . import queries, vacations


def script(account: Account) -> str:
    """Write all that the account does with mail by itself, in its order (RFC 5228)."""
    filters = [each for _, each in filters_of(account)]
    return mailserver.sieve.write([*filters, *forwards(account)], reply(account))


def filters_of(account: Account) -> list[tuple[Rule, Filter]]:
    """The rules of the account, each as a script has it."""
    paths = {row.id: row.path for row in queries.mailbox_list(account.pk)}
    return [(rule, _filter(rule, paths)) for rule in queries.rules(account.pk)]


def _filter(rule: Rule, paths: Mapping[int, str]) -> Filter:
    tree = parse(rule.query).tree
    assert tree is not None
    return Filter(
        tree=tree,
        name=rule.name,
        enabled=rule.enabled,
        folder=paths.get(rule.mailbox_id or 0, ""),
        archives=rule.archives,
        stars=rule.stars,
        marks_read=rule.marks_read,
        trashes=rule.trashes,
        forward_to=rule.forward.address if rule.forward else "",
        stops=rule.stops,
    )


def forwards(account: Account) -> Iterator[Filter]:
    """The addresses that all mail goes on to, which Settings have."""
    for each in queries.forward_addresses(account.pk):
        if each.takes_all:
            yield Filter(
                tree=mailserver.sieve.EVERYTHING, forward_to=each.address, trashes=not each.keeps_copy
            )


def reply(account: Account) -> Reply | None:
    """The answer while one is away, which Settings have; None when none is given."""
    kept = vacations.kept(account.pk)
    is_over = account.away_until is not None and account.away_until <= timezone.now()
    if kept is None or account.away_from is None or is_over:
        return None
    return Reply(kept.text, kept.subject, kept.first_day, kept.last_day)
